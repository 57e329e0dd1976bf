"""A county as a folder of YAML files: what each file may say, how it is read, what is wrong with it.

Nothing here touches the database: reading gives plain checked values, ``catalogue.actions.load_profile`` stores
them. Every fault names the file, the entry and what to do, in Chinese.
"""

from gongkai.catalogue.profile.content import Profile
from gongkai.catalogue.profile.county_schema import ALL_FILES
from gongkai.catalogue.profile.problems import Problem, ProfileError
from gongkai.catalogue.profile.reading import read_profile

__all__ = ["ALL_FILES", "Problem", "Profile", "ProfileError", "read_profile"]
