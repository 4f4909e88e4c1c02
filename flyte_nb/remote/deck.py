"""The deck of a node that ran on a cluster, through the page that shows local ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flyte_nb.auth.accounts import account_of
from flyte_nb.auth.http.fetch import get_bytes, post_json
from flyte_nb.auth.http.transport import new_session
from flyte_nb.config.endpoint import parse_endpoint
from flyte_nb.config.platform import PlatformConfig
from flyte_nb.decks.page import Tab
from flyte_nb.decks.pages import DeckPage
from flyte_nb.errors import RemoteError
from flyte_nb.models.json_form import in_either_case

if TYPE_CHECKING:
    import requests

    from flyte_nb.models import WorkflowExecutionIdentifier

LINK = "/api/v1/dataproxy/artifact_link"
_LINK_LIVES_S = 300
_MOST_BYTES, _LIMIT_S = 64 << 20, 60.0


def remote_deck(
    execution: WorkflowExecutionIdentifier,
    node: str = "n0",
    *,
    platform: PlatformConfig | None = None,
    session: requests.Session | None = None,
) -> DeckPage:
    """Return the deck of a node of an execution on a cluster; a notebook shows it.

    The admin gives a link to the file that the pod has written, which is read here: the browser
    of the notebook asks nobody.

    Args:
        execution: Project, domain and name.
        node: Id of the node.
        platform: Where Flyte admin is; as configured by default.
        session: Asks the admin; as who is logged in there by default.

    Raises:
        AccessTokenNotFoundError: Nobody is logged in.
        RemoteError: The admin or the store cannot be asked, or there is no deck.
        ConfigError: The endpoint is none.

    Example:
        >>> remote_deck(WorkflowExecutionIdentifier("flytesnacks", "development", "f3a1"), "n0")
    """
    platform = PlatformConfig.auto() if platform is None else platform
    session = account_of(platform).session() if session is None else session
    what = f"deck of {node} in {execution.name}"
    link = _link(session, parse_endpoint(platform.endpoint, insecure=platform.insecure).url,
                 execution, node, what)  # fmt: skip
    # A session of its own: what logs in at the admin is none of the store's business.
    html = get_bytes(
        new_session(platform), link, what=f"the {what}", most=_MOST_BYTES, limit_s=_LIMIT_S
    )
    return remote_page(html, title=f"D{what[1:]}")


def remote_page(html: bytes | str, *, title: str) -> DeckPage:
    """Return what a pod has written as the deck of a task, as a page.

    Args:
        html: A whole document, or a part of one.
        title: What it is of, any text.
    """
    text = html if isinstance(html, str) else html.decode("utf-8-sig", errors="replace")
    return DeckPage([Tab(name="Deck", html=text)], title)


def link_request(execution: WorkflowExecutionIdentifier, node: str) -> dict[str, Any]:
    """Return what the admin is asked (flyteidl's ``CreateDownloadLinkRequest``)."""
    return {
        "artifact_type": "ARTIFACT_TYPE_DECK",
        "expires_in": f"{_LINK_LIVES_S}s",
        "node_execution_id": {
            "node_id": node,
            "execution_id": {
                "project": execution.project,
                "domain": execution.domain,
                "name": execution.name,
            },
        },
    }


def link_in(body: Any) -> str | None:
    """Return the link in an answer of the admin, None where it has none that a store can have."""
    links = in_either_case(in_either_case(body, "pre_signed_urls"), "signed_url")
    link = links[0] if isinstance(links, list) and links else None
    is_link = isinstance(link, str) and urlsplit(link).scheme in {"http", "https"}
    return link if is_link else None


def _link(session: requests.Session, admin: str, execution: Any, node: str, what: str) -> str:
    answer = post_json(session, f"{admin}{LINK}", link_request(execution, node))
    if answer.status == 404:  # noqa: PLR2004 - not found
        raise RemoteError(
            f"there is no {what}",
            hint="the node has not run so far, or its task has no enable_deck=True",
            status=404,
        )
    if answer.status != 200:  # noqa: PLR2004 - OK
        raise answer.refused()
    link = link_in(answer.body)
    if link is None:
        raise RemoteError(
            f"the admin gives no link to the {what}",
            hint="its storage has to give out signed links (S3, GCS or Azure)",
        )
    return link
