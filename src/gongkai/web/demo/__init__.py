"""An invented year of one county, played through the ordinary actions. Nothing in it stands for anybody."""
