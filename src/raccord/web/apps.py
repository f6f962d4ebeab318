from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "raccord.web"
    label = "web"
