"""What is chosen for a launch plan or an execution: options, labels, notifications, schedules."""

# ruff: noqa: E402 - each cell is a program of its own

# %% options in full
from flytekit import Annotations, Email, Labels, Options, SecurityContext, WorkflowExecutionPhase
from flytekit.models.common import RawOutputDataConfig
from flytekit.models.security import Identity
from programs import message

options = Options(
    labels=Labels({"team": "ml"}),
    annotations=Annotations({"why": "a test"}),
    raw_output_data_config=RawOutputDataConfig("s3://bucket/raw"),
    security_context=SecurityContext(run_as=Identity(k8s_service_account="robot")),
    max_parallelism=5,
    notifications=[Email([WorkflowExecutionPhase.FAILED], ["me@example.com"])],
    disable_notifications=False,
    overwrite_cache=True,
)
answer = {
    "labels": options.labels.values,
    "annotations": options.annotations.values,
    "raw output": options.raw_output_data_config.output_location_prefix,
    "account": options.security_context.run_as.k8s_service_account,
    "parallelism": options.max_parallelism,
    "notifications": [message(one) for one in options.notifications],
    "switches": [options.disable_notifications, options.overwrite_cache],
}

# %% options by position
from flytekit import Annotations, Labels, Options

options = Options(Labels({"a": "b"}), Annotations({"c": "d"}), None, None, 3, [], True, False)  # noqa: FBT003
again = Options(Labels({"a": "b"}), Annotations({"c": "d"}), None, None, 3, [], True, False)  # noqa: FBT003
answer = {
    "labels": [options.labels.values, options.annotations.values],
    "others": [
        options.raw_output_data_config,
        options.security_context,
        options.max_parallelism,
        options.notifications,
        options.disable_notifications,
        options.overwrite_cache,
    ],
    "equal": options == again,
}

# %% no options
from flytekit import Options

options = Options()
answer = {
    "fields": [
        options.labels,
        options.annotations,
        options.raw_output_data_config,
        options.security_context,
        options.max_parallelism,
        options.notifications,
        options.disable_notifications,
        options.overwrite_cache,
    ],
    "equal": options == Options(),
}

# %% options by two words
from flytekit import Options

both = Options.default_from("robot", "s3://bucket/raw")
named = Options.default_from(k8s_service_account="robot")
answer = {
    "account": both.security_context.run_as.k8s_service_account,
    "raw output": both.raw_output_data_config.output_location_prefix,
    "one": [named.security_context.run_as.k8s_service_account, named.raw_output_data_config],
    "none": [Options.default_from().security_context, Options.default_from("", "").labels],
}

# %% the specification's short forms
from flytekit import Options

options = Options(labels={"team": "ml"}, raw_output_data_config="s3://bucket/raw")
answer = {
    "labels": getattr(options.labels, "values", None) == {"team": "ml"},
    "raw output": getattr(options.raw_output_data_config, "output_location_prefix", None),
}

# %% options that a cluster refuses
from flytekit import Options
from programs import outcome

answer = {
    "negative": outcome(lambda: Options(max_parallelism=-1).max_parallelism),
    "text": outcome(lambda: Options(max_parallelism="5").max_parallelism),
    "no list": outcome(lambda: Options(notifications="me").notifications),
    "unknown": outcome(lambda: Options(parallelism=1)),
}

# %% options are changed
from flytekit import Options
from programs import outcome

options = Options()
answer = {"assign": outcome(lambda: setattr(options, "max_parallelism", 3))}

# %% labels and annotations
from flytekit import Annotations, AuthRole, Labels
from flytekit.models.common import Envs, RawOutputDataConfig
from programs import message, outcome

labels, annotations = Labels({"team": "ml", "a/b": "c"}), Annotations(values={"why": "so"})
role = AuthRole(assumable_iam_role="role", kubernetes_service_account="robot")
answer = {
    "labels": [labels.values, message(labels)],
    "annotations": [annotations.values, message(annotations)],
    "variables": [Envs({"A": "b"}).envs, message(Envs({"A": "b"}))],
    "raw output": message(RawOutputDataConfig("s3://bucket/raw")),
    "role": [role.assumable_iam_role, role.kubernetes_service_account, message(role)],
    "back": [
        Labels.from_flyte_idl(labels.to_flyte_idl()) == labels,
        Annotations.from_flyte_idl(annotations.to_flyte_idl()).values,
        RawOutputDataConfig.from_flyte_idl(
            RawOutputDataConfig("s3://b").to_flyte_idl()
        ).output_location_prefix,
    ],
    "equal": [labels == Labels(dict(labels.values)), labels == Labels({"team": "x"})],
    "hash": outcome(lambda: hash(labels) == hash(Labels(dict(labels.values)))),
}

# %% labels that Kubernetes refuses
from flytekit import Annotations, Labels
from programs import outcome

answer = {
    "blank": outcome(lambda: Labels({"a b": "c"}).values),
    "too long": outcome(lambda: len(Labels({"a": "x" * 64}).values)),
    "no text": outcome(lambda: Labels({"a": 1}).values),
    "annotation": outcome(lambda: Annotations({"": "x"}).values),
}

# %% nothing as labels and address
from flytekit import Labels
from flytekit.models.common import RawOutputDataConfig
from programs import outcome

answer = {
    "nothing": outcome(lambda: Labels(None).values),
    "empty": Labels({}).values,
    "nowhere": outcome(lambda: RawOutputDataConfig("").output_location_prefix),
}

# %% notifications
from flytekit import Email, PagerDuty, Slack, WorkflowExecutionPhase
from programs import message

phases = [WorkflowExecutionPhase.SUCCEEDED, WorkflowExecutionPhase.FAILED]
email = Email(phases, ["a@example.com", "b@example.com"])
answer = {
    "email": [message(email), email.email.recipients_email],
    "others of email": [email.slack, email.pager_duty],
    "slack": message(Slack(phases=phases, recipients_email=["#channel"])),
    "pager": message(PagerDuty([WorkflowExecutionPhase.ABORTED], ["p@example.com"])),
    "timed out": message(Email([WorkflowExecutionPhase.TIMED_OUT], ["a@example.com"])),
    "phases": [int(phase) == int(given) for phase, given in zip(email.phases, phases)],  # noqa: B905
    "equal": email == Email(phases, ["a@example.com", "b@example.com"]),
    "different": email == Slack(phases, ["a@example.com", "b@example.com"]),
}

# %% notifications come back
from flytekit import Email, WorkflowExecutionPhase
from flytekit.models.common import EmailNotification, Notification
from programs import message

email = Email([WorkflowExecutionPhase.FAILED], ["a@example.com"])
back = Notification.from_flyte_idl(email.to_flyte_idl())
answer = {
    "equal": back == email,
    "recipients": list(back.email.recipients_email),
    "message": message(back) == message(email),
    "by hand": message(Notification([4], email=EmailNotification(["a@example.com"]))),
}

# %% notifications that are refused
from flytekit import Email, PagerDuty, Slack, WorkflowExecutionPhase
from programs import outcome

answer = {
    "no phase": outcome(lambda: Email([], ["a@example.com"])),
    "running": outcome(lambda: Slack([WorkflowExecutionPhase.RUNNING], ["#c"])),
    "a number": outcome(lambda: PagerDuty([2], ["p@example.com"])),
    "no such number": outcome(lambda: PagerDuty([99], ["p@example.com"])),
    "no recipients": outcome(lambda: Email([WorkflowExecutionPhase.FAILED])),
}

# %% notifications to nobody
from flytekit import Email, WorkflowExecutionPhase
from programs import outcome

answer = {"email": outcome(lambda: Email([WorkflowExecutionPhase.FAILED], []).email is None)}

# %% phases
from flytekit import WorkflowExecutionPhase

names = ("UNDEFINED", "QUEUED", "RUNNING", "SUCCEEDING", "SUCCEEDED", "FAILING", "FAILED")
more = ("ABORTED", "TIMED_OUT", "ABORTING")
answer = {
    "numbers": {name: int(getattr(WorkflowExecutionPhase, name)) for name in names + more},
    "by number": WorkflowExecutionPhase.FAILED == 6,
}

# %% the name of a phase
from flytekit import WorkflowExecutionPhase
from programs import outcome

answer = {"of a number": outcome(lambda: WorkflowExecutionPhase.enum_to_string(4))}

# %% schedules by cron
from flytekit import CronSchedule
from programs import message, outcome

cron = CronSchedule(schedule="*/10 * * * *", kickoff_time_input_arg="at", offset="PT30M")
answer = {
    "message": message(cron),
    "parts": [cron.kickoff_time_input_arg, cron.cron_schedule.schedule, cron.cron_schedule.offset],
    "alias": message(CronSchedule(schedule="daily")),
    "another alias": message(CronSchedule(schedule="@weekly")),
    "names": message(CronSchedule(schedule="0 8 * jan mon-fri")),
    "equal": cron == CronSchedule(None, "*/10 * * * *", "PT30M", "at"),
    "minute 61": outcome(lambda: CronSchedule(schedule="61 * * * *")),
    "words": outcome(lambda: CronSchedule(schedule="every day")),
    "offset": outcome(lambda: CronSchedule(schedule="daily", offset="soon")),
    "nothing": outcome(lambda: CronSchedule() and None),
    "both": outcome(lambda: CronSchedule("0 10 * * ? *", "daily")),
}

# %% a cron expression of six fields
from flytekit import CronSchedule
from programs import outcome

answer = {"message": outcome(lambda: CronSchedule("0 10 * * ? *").to_flyte_idl() is None)}

# %% schedules at a rate
from datetime import timedelta

from flytekit import FixedRate
from programs import message, outcome

rates = {
    "minutes": timedelta(minutes=10),
    "hours": timedelta(hours=6),
    "days": timedelta(days=2),
    "90 minutes": timedelta(minutes=90),
    "a week": timedelta(weeks=1),
}
answer = {name: message(FixedRate(duration)) for name, duration in rates.items()}
answer |= {
    "with an input": message(FixedRate(timedelta(hours=1), "at")),
    "by name": FixedRate(duration=timedelta(hours=1), kickoff_time_input_arg="at").rate.value,
    "equal": FixedRate(timedelta(hours=24)) == FixedRate(timedelta(days=1)),
    "seconds": outcome(lambda: FixedRate(timedelta(seconds=90))),
    "microseconds": outcome(lambda: FixedRate(timedelta(minutes=1, microseconds=1))),
}

# %% rates that are none
from datetime import timedelta

from flytekit import FixedRate
from programs import outcome

answer = {
    "nothing": outcome(lambda: FixedRate(timedelta(0)).rate.value),
    "backwards": outcome(lambda: FixedRate(timedelta(days=-1)).rate.value),
    "a number": outcome(lambda: FixedRate(60)),
}
