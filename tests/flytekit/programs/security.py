"""Who an execution runs as, and what secrets it asks for."""

# ruff: noqa: E402 - each cell is a program of its own

# %% a secret
from flytekit import Secret
from programs import message

full = Secret("group", "key", "v1", Secret.MountType.FILE, "MY_KEY")
named = Secret(group="group", key="key", mount_requirement=Secret.MountType.ENV_VAR)
answer = {
    "parts": [full.group, full.key, full.group_version, full.mount_requirement, full.env_var],
    "named": [named.group_version, named.mount_requirement, named.env_var],
    "message": [message(full), message(named), message(Secret("group"))],
    "equal": [full == Secret("group", "key", "v1", Secret.MountType.FILE, "MY_KEY"), full == named],
    "back": Secret.from_flyte_idl(full.to_flyte_idl()) == full,
    "kinds": {kind.name: kind.value for kind in Secret.MountType},
}

# %% secrets that are refused
from flytekit import Secret
from programs import outcome

answer = {
    "no group": outcome(lambda: Secret(key="key")),
    "nothing": outcome(Secret),
    "lower case": outcome(lambda: Secret("group", env_var="my_key")),
    "digit first": outcome(lambda: Secret("group", env_var="1KEY")),
    "dash": outcome(lambda: Secret("group", env_var="MY-KEY")),
    "empty": outcome(lambda: Secret("group", env_var="")),
}

# %% a secret without a group in a task
from flytekit import Secret, task
from programs import outcome


@task
def make() -> str:
    return Secret(key="key").key


answer = {"made": outcome(make)}

# %% secrets that a cluster refuses
from flytekit import Secret
from programs import outcome

answer = {
    "a line feed": outcome(lambda: Secret("group", env_var="OK\n").env_var),
    "empty group": outcome(lambda: Secret(group="", key="key").key),
    "no kind": outcome(lambda: Secret("group", mount_requirement="FILE").mount_requirement),
    "a number": outcome(lambda: Secret(5).group),
}

# %% a secret is changed
from flytekit import Secret
from programs import outcome

secret = Secret("group", "key")
answer = {
    "assign": outcome(lambda: setattr(secret, "key", "other")),
    "hash": outcome(lambda: hash(secret) == hash(Secret("group", "key"))),
}

# %% an identity
from flytekit import Secret
from flytekit.models.security import Identity, OAuth2Client
from programs import message

client = OAuth2Client("me", Secret("group", "key"))
full = Identity("role", "robot", execution_identity="who")
answer = {
    "parts": [full.iam_role, full.k8s_service_account, full.oauth2_client, full.execution_identity],
    "message": [message(full), message(Identity())],
    "back": Identity.from_flyte_idl(full.to_flyte_idl()) == full,
    "equal": full == Identity(iam_role="role"),
    "client": [client.client_id, client.client_secret.group],
}

# %% a client of an identity provider
from flytekit import Secret
from flytekit.models.security import Identity, OAuth2Client
from programs import message, outcome

client = OAuth2Client(client_id="me", client_secret=Secret("group", "key"))
answer = {
    "message": outcome(lambda: message(client)),
    "of an identity": outcome(lambda: message(Identity(oauth2_client=client))),
}

# %% a client whose secret is text
from flytekit.models.security import OAuth2Client
from programs import outcome

answer = {"made": outcome(lambda: OAuth2Client("me", "hush").client_id)}

# %% a token
from flytekit.models.security import OAuth2Client, OAuth2TokenRequest
from programs import message, outcome

request = OAuth2TokenRequest("token", None, "https://idp.example.com", "https://idp/token")
answer = {
    "parts": [request.name, request.client, request.idp_discovery_endpoint, request.token_endpoint],
    "kind": request.type_,
    "kinds": {kind.name: kind.value for kind in OAuth2TokenRequest.Type},
    "equal": request == OAuth2TokenRequest(name="token", client=None),
}

# %% the message of a token
from flytekit.models.security import OAuth2TokenRequest
from programs import message, outcome

answer = {"message": outcome(lambda: message(OAuth2TokenRequest("token", None)))}

# %% a security context
from flytekit import Secret, SecurityContext
from flytekit.models.security import Identity
from programs import message

full = SecurityContext(Identity(iam_role="role"), [Secret("group", "key")])
one = SecurityContext(secrets=Secret("group", "key"))
answer = {
    "account": full.run_as.iam_role,
    "secrets": [secret.key for secret in full.secrets],
    "tokens": full.tokens,
    "message": message(full),
    "one alone": [len(one.secrets), message(one)],
    "nothing": [message(SecurityContext()), SecurityContext().secrets],
    "empty": message(SecurityContext(secrets=[])),
    "back": SecurityContext.from_flyte_idl(full.to_flyte_idl()) == full,
    "equal": full == SecurityContext(full.run_as, list(full.secrets)),
}

# %% a security context of other things
from flytekit import SecurityContext
from programs import outcome

answer = {
    "text": outcome(lambda: SecurityContext(run_as="robot").run_as),
    "secrets": outcome(lambda: SecurityContext(secrets=["group"]).secrets),
}

# %% a task with a security context
import os

os.environ["_FSEC_GROUP_KEY"] = "value"

from flytekit import Secret, SecurityContext, task
from flytekit.models.security import Identity
from programs import outcome


def define():
    @task(security_context=SecurityContext(run_as=Identity(k8s_service_account="robot")))
    def nothing() -> int:
        return 1

    return nothing()


answer = {"value": outcome(define)}
