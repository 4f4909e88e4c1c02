"""Fields of a pod spec that have few values, or values in a range.

As in ``pkg/apis/core/types.go`` and ``pkg/apis/core/validation/validation.go``.
"""

from __future__ import annotations

MAX_INT32 = 2**31 - 1
MAX_PORT = 65535
MAX_MODE = 0o777

# A type, its field, and its values. What begins with "!" has to be said: no default is made.
CHOICES = """
V1PodSpec restartPolicy Always OnFailure Never
V1PodSpec dnsPolicy ClusterFirst ClusterFirstWithHostNet Default None
V1PodSpec preemptionPolicy Never PreemptLowerPriority
V1PodOS !name linux windows
V1Container imagePullPolicy Always IfNotPresent Never
V1Container terminationMessagePolicy File FallbackToLogsOnError
V1Container restartPolicy Always OnFailure Never
V1ContainerPort protocol TCP UDP SCTP
V1ContainerResizePolicy !resourceName cpu memory
V1ContainerResizePolicy !restartPolicy NotRequired RestartContainer
V1HTTPGetAction scheme HTTP HTTPS
V1Toleration operator Exists Equal Lt Gt
V1Toleration effect NoSchedule PreferNoSchedule NoExecute
V1NodeSelectorRequirement !operator In NotIn Exists DoesNotExist Gt Lt
V1LabelSelectorRequirement !operator In NotIn Exists DoesNotExist
V1TopologySpreadConstraint !whenUnsatisfiable DoNotSchedule ScheduleAnyway
V1TopologySpreadConstraint !nodeAffinityPolicy Honor Ignore
V1TopologySpreadConstraint !nodeTaintsPolicy Honor Ignore
V1SeccompProfile !type Localhost RuntimeDefault Unconfined
V1AppArmorProfile !type Localhost RuntimeDefault Unconfined
V1HostPathVolumeSource type DirectoryOrCreate Directory FileOrCreate File Socket CharDevice \
BlockDevice
V1VolumeMount mountPropagation None HostToContainer Bidirectional
V1VolumeMount recursiveReadOnly Disabled IfPossible Enabled
V1ImageVolumeSource pullPolicy Always IfNotPresent Never
V1PodSecurityContext fsGroupChangePolicy OnRootMismatch Always
V1PodSecurityContext supplementalGroupsPolicy Merge Strict
V1SecurityContext procMount Default Unmasked
V1PersistentVolumeClaimSpec !accessModes ReadWriteOnce ReadOnlyMany ReadWriteMany ReadWriteOncePod
V1PersistentVolumeClaimSpec volumeMode Block Filesystem
"""

RANGES = {
    ("V1ContainerPort", "containerPort"): (1, MAX_PORT),
    ("V1ContainerPort", "hostPort"): (0, MAX_PORT),
    ("V1GRPCAction", "port"): (1, MAX_PORT),
    ("V1PodSpec", "activeDeadlineSeconds"): (1, MAX_INT32),
    ("V1PodSpec", "terminationGracePeriodSeconds"): (0, 2**53),
    ("V1Probe", "initialDelaySeconds"): (0, MAX_INT32),
    ("V1Probe", "timeoutSeconds"): (0, MAX_INT32),
    ("V1Probe", "periodSeconds"): (0, MAX_INT32),
    ("V1Probe", "successThreshold"): (0, MAX_INT32),
    ("V1Probe", "failureThreshold"): (0, MAX_INT32),
    ("V1SecurityContext", "runAsUser"): (0, MAX_INT32),
    ("V1SecurityContext", "runAsGroup"): (0, MAX_INT32),
    ("V1PodSecurityContext", "runAsUser"): (0, MAX_INT32),
    ("V1PodSecurityContext", "runAsGroup"): (0, MAX_INT32),
    ("V1PodSecurityContext", "fsGroup"): (0, MAX_INT32),
    ("V1PodSecurityContext", "supplementalGroups"): (0, MAX_INT32),
    ("V1KeyToPath", "mode"): (0, MAX_MODE),
    ("V1SecretVolumeSource", "defaultMode"): (0, MAX_MODE),
    ("V1ConfigMapVolumeSource", "defaultMode"): (0, MAX_MODE),
    ("V1ProjectedVolumeSource", "defaultMode"): (0, MAX_MODE),
    ("V1DownwardAPIVolumeSource", "defaultMode"): (0, MAX_MODE),
    ("V1TopologySpreadConstraint", "maxSkew"): (1, MAX_INT32),
    ("V1WeightedPodAffinityTerm", "weight"): (1, 100),
    ("V1PreferredSchedulingTerm", "weight"): (1, 100),
}
