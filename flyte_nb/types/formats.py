"""Formats that files and folders are often declared with (flytekit's names)."""

from __future__ import annotations

from typing import Annotated

from .directory import FlyteDirectory
from .file import FlyteFile


class FileExt:
    """The ending of a file, also one with a period in it, for ``Annotated[str, FileExt(…)]``.

    Args:
        ext: The ending, without its first period.
    """

    def __init__(self, ext: str) -> None:
        self._ext = ext

    def __str__(self) -> str:
        return self._ext

    def __repr__(self) -> str:
        return self._ext

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FileExt) and self._ext == other._ext

    def __hash__(self) -> int:
        return hash(self._ext)


hdf5 = Annotated[str, FileExt("hdf5")]
html = Annotated[str, FileExt("html")]
joblib = Annotated[str, FileExt("joblib")]
jpeg = Annotated[str, FileExt("jpeg")]
pdf = Annotated[str, FileExt("pdf")]
png = Annotated[str, FileExt("png")]
python_pickle = Annotated[str, FileExt("python_pickle")]
ipynb = Annotated[str, FileExt("ipynb")]
svg = Annotated[str, FileExt("svg")]
csv = Annotated[str, FileExt("csv")]
onnx = Annotated[str, FileExt("onnx")]
tfrecords_file = Annotated[str, FileExt("tfrecord")]
jsonl_file = Annotated[str, FileExt("jsonl")]

HDF5EncodedFile = FlyteFile.__class_getitem__(hdf5)
HTMLPage = FlyteFile.__class_getitem__(html)
JoblibSerializedFile = FlyteFile.__class_getitem__(joblib)
JPEGImageFile = FlyteFile.__class_getitem__(jpeg)
PDFFile = FlyteFile.__class_getitem__(pdf)
PNGImageFile = FlyteFile.__class_getitem__(png)
PythonPickledFile = FlyteFile.__class_getitem__(python_pickle)
PythonNotebook = FlyteFile.__class_getitem__(ipynb)
SVGImageFile = FlyteFile.__class_getitem__(svg)
CSVFile = FlyteFile.__class_getitem__(csv)
ONNXFile = FlyteFile.__class_getitem__(onnx)
TFRecordFile = FlyteFile.__class_getitem__(tfrecords_file)
JSONLFile = FlyteFile.__class_getitem__(jsonl_file)

TensorboardLogs = FlyteDirectory.__class_getitem__("tensorboard")
TFRecordsDirectory = FlyteDirectory.__class_getitem__("tfrecords_dir")
