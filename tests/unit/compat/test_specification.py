"""The examples of the specification, as printed, under flytekit's name."""

import os
import textwrap

import pytest

from flyte_nb.compat import install, uninstall
from flyte_nb.context.leak_guard import LEAK_GUARD


@pytest.fixture(autouse=True)
def _shim():
    install()
    yield
    uninstall()


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    """A folder of secrets as a pod has it; returns what adds one."""
    monkeypatch.setenv("FLYTE_SECRETS_DEFAULT_DIR", str(tmp_path))

    def add(group, key, value):
        (tmp_path / group).mkdir(exist_ok=True)
        (tmp_path / group / key).write_text(value)

    return add


def run(source, **names):
    """Run *source* as a cell; return its names."""
    namespace = {"__name__": "__main__", "os": os, **names}
    exec(textwrap.dedent(source), namespace)
    return namespace


RUNTIME_PARAMETERS = """
    import flytekit
    from flytekit import task

    @task
    def my_data_processing_task():
        ctx = flytekit.current_context()

        # Access stats client
        ctx.stats.inc("my_task.executions")

        # Log messages
        ctx.logging.info(f"Starting task {ctx.task_id.name} for execution {ctx.execution_id.name}")

        # Use the working directory for temporary files
        temp_file_path = f"{ctx.working_directory}/temp_data.csv"
        with open(temp_file_path, "w") as f:
            f.write("data,more_data\\n1,2\\n")

        # Access secrets
        my_api_key = ctx.secrets.my_group.api_key
        ctx.logging.info(f"Using API key from secret group 'my_group'")

        # Add content to the default deck
        ctx.default_deck.append("<h3>Task Summary</h3><p>Data processed successfully.</p>")
"""

SECRETS_RESOLUTION = """
    import os
    from flytekit import task, current_context

    @task
    def access_secret_task():
        # Simulate setting an environment variable for local testing
        os.environ["FLYTE_SECRETS_MYGROUP_DB_PASSWORD"] = "my_env_password"

        ctx = current_context()

        # Access using attribute style
        db_password = ctx.secrets.my_group.db_password
        print(f"DB Password (attribute): {db_password}")

        # Access using get method
        api_key = ctx.secrets.get(group="my_group", key="api_key")
        print(f"API Key (get method): {api_key}")

        # Clean up environment variable (important for local testing)
        del os.environ["FLYTE_SECRETS_MYGROUP_DB_PASSWORD"]
"""

LAUNCH_PLAN_OPTIONS = """
    from flytekit import workflow, LaunchPlan
    from flytekit.core.options import Options
    from flytekit.models.core.execution import WorkflowExecutionPhase
    from flytekit.core.notification import Email

    @workflow
    def my_workflow():
        ...

    my_launch_plan = LaunchPlan.create(
        my_workflow,
        default_inputs={},
        options=Options(
            labels={"team": "data-science"},
            raw_output_data_config="s3://my-custom-bucket/workflow-outputs",
            max_parallelism=5,
            notifications=[
                Email(
                    phases=[WorkflowExecutionPhase.SUCCEEDED, WorkflowExecutionPhase.FAILED],
                    recipients_email=["dev-alerts@example.com"]
                )
            ]
        )
    )
"""

SLACK = """
    from flytekit import workflow, LaunchPlan
    from flytekit.core.notification import Slack
    from flytekit.models.core.execution import WorkflowExecutionPhase

    @workflow
    def my_workflow_with_notifications():
        ...

    lp_with_slack = LaunchPlan.create(
        my_workflow_with_notifications,
        default_inputs={},
        options=Options(
            notifications=[
                Slack(
                    phases=[WorkflowExecutionPhase.FAILED],
                    recipients_email=["#my-slack-channel"]
                )
            ]
        )
    )
"""

RESOURCES = """
    from flytekit import task
    from flytekit.core.resources import Resources

    @task(requests=Resources(cpu="500m", mem="1Gi"), limits=Resources(cpu="1", mem="2Gi"))
    def high_resource_task(a: int, b: int) -> int:
        return a + b

    @task(requests=Resources(cpu=("100m", "200m"), mem=("512Mi", "1Gi"), ephemeral_storage="10Gi"))
    def another_task(x: float) -> float:
        return x * 2
"""

POD_TEMPLATE = """
    from flytekit import task
    from flytekit.core.pod_template import PodTemplate
    from kubernetes.client import V1PodSpec, V1Container, V1EnvVar

    @task(pod_template=PodTemplate(
        pod_spec=V1PodSpec(
            containers=[
                V1Container(
                    name="primary",
                    env=[V1EnvVar(name="MY_CUSTOM_ENV", value="some_value")]
                )
            ],
            # Add other pod-level specs like node_selector, tolerations, etc.
            node_selector={"kubernetes.io/os": "linux"}
        ),
        primary_container_name="primary"
    ))
    def custom_pod_task():
        print(f"Custom env var: {os.getenv('MY_CUSTOM_ENV')}")
"""

# "from flytekit.models.security import …, Secret.MountType" is not Python: the name is left out.
SECURITY_CONTEXT = """
    from flytekit import task
    import flytekit
    from flytekit.models.security import SecurityContext, Secret, Identity

    @task(
        security_context=SecurityContext(
            run_as=Identity(k8s_service_account="my-service-account"),
            secrets=[
                Secret(group="my-db-secrets", key="db_password", mount_requirement=Secret.MountType.ENV_VAR, env_var="DB_PASS"),
                Secret(group="my-cert-secrets", key="tls_cert", mount_requirement=Secret.MountType.FILE)
            ]
        )
    )
    def secure_task():
        # DB_PASS will be available as an environment variable
        db_password = os.getenv("DB_PASS")
        print(f"DB Password from env: {db_password}")

        # tls_cert will be available as a file at a path determined by Flytekit
        # The exact path can be retrieved via current_context().secrets.get_secrets_file()
        tls_cert_path = flytekit.current_context().secrets.get_secrets_file(group="my-cert-secrets", key="tls_cert")
        with open(tls_cert_path, "r") as f:
            tls_cert_content = f.read()
        print(f"TLS Cert content from file: {tls_cert_content[:20]}...")
"""  # noqa: E501 - as printed


def test_accessing_runtime_parameters(secrets):
    secrets("my_group", "api_key", "the-key")
    run(RUNTIME_PARAMETERS)["my_data_processing_task"]()


def test_secrets_resolution(secrets, capsys):
    secrets("my_group", "api_key", "the-key-of-the-api")
    run(SECRETS_RESOLUTION)["access_secret_task"]()
    assert "DB Password (attribute): my_env_password" in capsys.readouterr().out
    assert LEAK_GUARD.mask("my_env_password the-key-of-the-api") == "•••• ••••"
    assert "FLYTE_SECRETS_MYGROUP_DB_PASSWORD" not in os.environ


def test_options_of_a_launch_plan():
    plan = run(LAUNCH_PLAN_OPTIONS)["my_launch_plan"]
    assert plan() is None
    assert plan.to_json() | {"workflowId": None} == {
        "workflowId": None,
        "entityMetadata": {
            "notifications": [
                {
                    "phases": ["SUCCEEDED", "FAILED"],
                    "email": {"recipientsEmail": ["dev-alerts@example.com"]},
                }
            ]
        },
        "defaultInputs": {"parameters": {}},
        "fixedInputs": {"literals": {}},
        "labels": {"values": {"team": "data-science"}},
        "rawOutputDataConfig": {"outputLocationPrefix": "s3://my-custom-bucket/workflow-outputs"},
        "maxParallelism": 5,
    }


def test_slack_notification():
    # The example takes Options from the one before it, as a notebook does.
    plan = run(SLACK, Options=run(LAUNCH_PLAN_OPTIONS)["Options"])["lp_with_slack"]
    assert plan() is None
    assert plan.to_json()["entityMetadata"] == {
        "notifications": [
            {"phases": ["FAILED"], "slack": {"recipientsEmail": ["#my-slack-channel"]}}
        ]
    }


def test_task_resource_configuration():
    names = run(RESOURCES)
    assert names["high_resource_task"](a=1, b=2) == 3
    assert names["another_task"](x=1.5) == 3.0


def test_custom_pod_template(capsys):
    pytest.importorskip("kubernetes")
    task = run(POD_TEMPLATE)["custom_pod_task"]
    task()
    assert "Custom env var: " in capsys.readouterr().out
    assert task.options.pod_template.to_json()["podSpec"]["nodeSelector"] == {
        "kubernetes.io/os": "linux"
    }


def test_security_context_with_secrets(secrets, capsys):
    secrets("my-db-secrets", "db_password", "the-password")
    secrets("my-cert-secrets", "tls_cert", "-----BEGIN CERTIFICATE-----")
    task = run(SECURITY_CONTEXT)["secure_task"]
    task()
    shown = capsys.readouterr().out
    assert "DB Password from env: the-password" in shown
    assert "TLS Cert content from file: -----BEGIN CERTIFICA..." in shown
    assert task.options.security_context.run_as.k8s_service_account == "my-service-account"
    assert "DB_PASS" not in os.environ
