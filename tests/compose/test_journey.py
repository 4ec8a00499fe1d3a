"""A case travels through the containers, also when each of them is killed on its way."""

import re
from datetime import UTC, datetime
from io import BytesIO

import pytest
import requests
from composed import sign_in, until
from pypdf import PdfReader

from shared.law.local import local_day

pytestmark = [pytest.mark.compose, pytest.mark.timeout(600)]

ANSWER = {"outcome": "not_adopted", "reasons": "暂无条件。", "summary": "暂不采纳。"}
SERVICES = ("intake", "routing", "notification", "disclosure", "supervision", "directory")


def answer(composed, receipt):
    composed.step(receipt, "accept", "water-officer")
    composed.step(receipt, "draft", "water-officer", **ANSWER)
    composed.step(receipt, "read", "water-reader")
    composed.step(receipt, "sign", "water-head")
    composed.step(
        receipt,
        "serve",
        "water-officer",
        method="hand",
        proof="本人签收",
        received_on=str(local_day(datetime.now(UTC))),
    )


def test_a_case_travels_from_the_gateway_to_the_desk_and_back(composed):
    receipt = composed.submit()
    answer(composed, receipt)

    case = composed.wait_for_phase(receipt, "closed")
    assert case["outcome"] == "not_adopted"
    assert [line["event"] for line in case["timeline"]].count("case.submitted") == 1


def test_an_attachment_that_intake_took_is_read_at_the_desk(composed):
    upload = requests.post(
        f"{composed.address}/api/v1/cases/uploads",
        files={"file": ("灯.txt", "路灯编号 17".encode(), "text/plain")},
        timeout=30,
    )
    assert upload.status_code == 201, upload.text
    blob = upload.json()["id"]
    receipt = composed.submit(attachments=[blob])
    path = f"/api/v1/desk/cases/{receipt['reference']}/files/{blob}"
    found = until("the file is at the desk", lambda: ok(composed.ask("GET", path, post="water-officer")))
    assert found.content.decode() == "路灯编号 17"


def test_a_signed_letter_comes_as_pdf_and_is_verified_at_the_gateway(composed):
    receipt = composed.submit()
    answer(composed, receipt)
    letter = until("the letter is printed", lambda: printed(composed.follow(receipt)))
    kinds = {one["type"]: one["blob"] for one in letter["files"]}
    assert set(kinds) == {"text/html", "application/pdf"}
    path = f"/api/v1/cases/{receipt['reference']}/files/{kinds['application/pdf']}"
    found = composed.ask("GET", path, Lianxin_Receipt=receipt["receipt"])
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(found.content)).pages)
    assert letter["number"] in text
    address = re.search(rf"{re.escape(composed.address)}/verify/[a-z0-9]{{20}}", "".join(text.split()))
    assert address, text
    page = requests.get(address[0], timeout=30).text
    assert letter["number"] in page
    assert "真实有效" in page


def printed(case):
    letters = [line["letter"] for line in case["timeline"] if line["letter"]]
    return next((one for one in letters if len(one["files"]) > 1), None)


def ok(response):
    return response if response.status_code == 200 else None


def test_the_first_sign_in_is_a_one_time_address(composed):
    address = composed.compose("run", "--rm", "init", "link").strip()
    browser = requests.Session()
    assert sign_in(browser, address).status_code == 303
    assert requests.get(address, timeout=30).status_code == 404
    until(
        "the desk knows the administrator",
        lambda: browser.get(f"{composed.address}/desk", timeout=30).status_code == 200,
    )


def test_init_and_migrate_again_change_nothing(composed):
    before = composed.inside("intake", "cat", "/run/lianxin/database", "/run/lianxin/amqp").stdout
    composed.compose("run", "--rm", "init")
    assert "up to date" in composed.compose("run", "--rm", "migrate")
    assert composed.inside("intake", "cat", "/run/lianxin/database", "/run/lianxin/amqp").stdout == before
    assert "as planned" in composed.compose("run", "--rm", "migrate", "topology", "check")


@pytest.mark.parametrize("service", [*SERVICES, "gateway", "rabbitmq", "postgres"])
def test_a_container_killed_while_cases_travel_loses_none_and_repeats_none(composed, service):
    receipts = [composed.submit(title=f"{service} {number}") for number in range(5)]
    composed.kill(service)
    until("all are well again", composed.all_well, 120)

    for receipt in receipts:
        events = [line["event"] for line in composed.wait_for_phase(receipt, "triage")["timeline"]]
        assert len(set(events)) == len(events)
    composed.step(receipts[-1], "accept", "water-officer")
    composed.wait_for_phase(receipts[-1], "handling")


def test_a_whole_deployment_stopped_and_started_goes_on(composed):
    receipt = composed.submit()
    composed.compose("stop", "--timeout", "20")
    composed.compose("up", "--detach")
    until("all are well again", composed.all_well, 180)
    composed.step(receipt, "accept", "water-officer")
    assert composed.wait_for_phase(receipt, "handling")["unit"] == "water-bureau"
