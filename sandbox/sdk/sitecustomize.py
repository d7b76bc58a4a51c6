"""Address of Slack's Web API in SLACK_API_URL, for apps whose code does not read it (PYTHONPATH)."""

import importlib.util
import os


def point_clients_at(url):
    modules = ["slack_sdk.web.base_client"]
    # The asynchronous client needs aiohttp.
    if importlib.util.find_spec("aiohttp") is not None:
        modules.append("slack_sdk.web.async_base_client")
    for name in modules:
        module = importlib.import_module(name)
        for client in (value for value in vars(module).values() if hasattr(value, "BASE_URL")):
            init = client.__init__
            init.__defaults__ = tuple(
                url if value == client.BASE_URL else value for value in init.__defaults__
            )


if os.environ.get("SLACK_API_URL") and importlib.util.find_spec("slack_sdk") is not None:
    point_clients_at(os.environ["SLACK_API_URL"])
