"""On the project's own machine a skipped test is a failed one.

A check that quietly stopped running looks like one that passes. So where JDM_KG_CI=1 every skip fails, except
that of a test which gives JDM_KG_SOURCES as its reason while there are no source documents: they are not in the
project.
"""

import os
from collections.abc import Generator

import pytest
from hypothesis import settings

# No deadlines: a busy machine is no fault. In CI the same examples on every run, so that a change and not luck decides.
settings.register_profile("jdm-kg", deadline=None, derandomize=os.environ.get("JDM_KG_CI") == "1")
settings.load_profile("jdm-kg")


def _may_skip(reason: str) -> bool:
    if os.environ.get("JDM_KG_CI") != "1":
        return True
    return "JDM_KG_SOURCES" in reason and not os.environ.get("JDM_KG_SOURCES")


def _fail_if_skipped(report: pytest.TestReport | pytest.CollectReport) -> None:
    # An expected failure is reported as skipped too, and marked by this attribute.
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        if not _may_skip(reason):
            report.outcome = "failed"
            report.longrepr = f"{reason}\n(JDM_KG_CI=1: a skip is a failure)"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test into its failure."""
    report = yield
    _fail_if_skipped(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Turn the skip of a whole module into its failure."""
    report = yield
    _fail_if_skipped(report)
    return report
