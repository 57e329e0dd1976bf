"""Django's name for this part: 责任主体、人员和角色."""

from django.apps import AppConfig


class AgenciesConfig(AppConfig):
    """责任主体、人员和角色."""

    name = "gongkai.agencies"
    verbose_name = "责任主体、人员和角色"
