"""ONNX Runtime, told to keep to itself: one thread, no memory it does not need, and not a word to its maker.

From 1.29 on it reports each start and each network that it loads to its maker, over the network, and what it could not
send it keeps in a folder of its own. Told so by the environment before it is loaded, it does nothing of the kind; later
is too late. On Windows the system collects instead, and there is a call against it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

TELL_NOBODY = {"ORT_DISABLE_TELEMETRY": "1"}


def load(network: Path) -> Any:
    """An ``onnxruntime.InferenceSession`` of a file, on one thread of the processor; ValueError where it is none."""
    os.environ.update(TELL_NOBODY)
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as wrong

    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    try:
        return onnxruntime.InferenceSession(str(network), options, providers=["CPUExecutionProvider"])
    except (wrong.Fail, wrong.InvalidArgument, wrong.InvalidGraph, wrong.InvalidProtobuf, wrong.NoSuchFile):
        raise ValueError(f"{network} is no network") from None
