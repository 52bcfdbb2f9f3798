"""Files of the record that are wrong are refused with file, line, column, value and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from experiments.errors import ConfigError
from experiments.record.record import read_events
from tests.made_up_record import EVENTS, READERS


def _file(folder: Path, text: str) -> Path:
    path = folder / "rows.csv"
    path.write_text(text, encoding="utf-8")
    return path


#: File, what is written in place of what, and the message after the name of the file.
WRONG = {
    "no number": (
        "positions",
        "0.025,0.1,0.15",
        "0.025,ten,0.15",
        "3:49: value: must be a number from 0 to 1e+06 (rates as fractions, money in US$ bn; got ten)",
    ),
    "a rate in per cent": (
        "positions",
        "0.025,0.1,0.15",
        "2.5,10,15",
        "3:43: low: car_tariff is a fraction from 0 to 2, 15 % being 0.15 (got 2.5)",
    ),
    "not finite": ("positions", "300,400,", "300,nan,", "4:56: value: must be a number from 0 to 1e+06"),
    "negative": ("events", "0.2,radio", "-0.2,radio", "4:47: value: must be a number from 0 to 1e+06"),
    "no date": (
        "positions",
        "1,2025-05-01,partner",
        "1,1 May,partner",
        "3:13: date: must be a date such as 2025-05-28 (got 1 May)",
    ),
    "a short date": (
        "positions",
        "1,2025-05-01,partner",
        "1,20250501,partner",
        "3:13: date: must be a date such as 2025-05-28 (got 20250501)",
    ),
    "unknown side": (
        "positions",
        "partner,car",
        "japan,car",
        "3:24: side: must be one of us_treasury, partner (got japan)",
    ),
    "unknown issue": ("positions", "partner,car_tariff", "partner,car_tarif", "did you mean car_tariff?"),
    "unknown status": (
        "positions",
        "0.15,asked",
        "0.15,begged",
        "status: must be one of offered, asked, threatened, agreed, off_table (got begged)",
    ),
    "unknown kind": (
        "events",
        "04-05,tariff,reciprocal_tariff,0.2",
        "04-05,tax,reciprocal_tariff,0.2",
        "kind: must be one of tariff, threat, deadline",
    ),
    "unknown confidence": (
        "positions",
        "05-02,medium",
        "05-02,sure",
        "confidence: must be one of high, medium, low, assumption (got sure)",
    ),
    "no source": ("events", "0.2,radio", "0.2,", "4:51: source: is empty; it needs where it was read"),
    "no case": (
        "events",
        "Ruritania,2025-04-05",
        ",2025-04-05",
        "4:1: case: is empty; it needs country that it is about",
    ),
    "value below low": ("positions", "0.025,0.1,0.15", "0.125,0.1,0.15", "3:43: low: is above the value (0.125 > 0.1)"),
    "value above high": (
        "positions",
        "0.025,0.1,0.15",
        "0.025,0.2,0.15",
        "high: needs a value, and must not lie below it",
    ),
    "low without value": (
        "positions",
        "0.025,0.1,0.15",
        "0.025,,",
        "3:43: low: low and value are both given or both empty",
    ),
    "off the table with a number": (
        "positions",
        ",,,off_table",
        "0.1,0.1,0.1,off_table",
        "value: what is off the table has no number",
    ),
    "known before it was said": (
        "positions",
        "2025-05-02,medium",
        "2025-04-30,medium",
        "known_by: a position of 2025-05-01 cannot be known by 2025-04-30",
    ),
    "from memory and sure": (
        "positions",
        "radio,2025-05-08,high",
        "not looked up,2025-05-08,high",
        "confidence: a figure that was not looked up has low confidence (got high)",
    ),
    "tariff without a rate": (
        "events",
        "reciprocal_tariff,0.2",
        "reciprocal_tariff,",
        "value: a tariff needs an issue and a value",
    ),
    "threat known before it is made": (
        "events",
        "Ruritania,2025-04-05,tariff",
        "Ruritania,2025-04-06,threat",
        "known_by: a threat of 2025-04-06 cannot be known by 2025-04-05",
    ),
    "deal known before it was signed": (
        "outcomes",
        "2025-07-23,high",
        "2025-07-21,high",
        "known_by: a deal of 2025-07-22 cannot be known by 2025-07-21",
    ),
    "a flag of yes": ("outcomes", "0.15,1,", "0.15,yes,", "3:27: includes_mfn: must be 1 (yes) or 0 (no) (got yes)"),
    "a rate above 5": (
        "outcomes",
        "22,0.15,1",
        "22,15,1",
        "rec: must be a number from 0 to 2 (a rate as a fraction: 15 % is 0.15; got 15)",
    ),
    "sums that do not add up": (
        "cases",
        "Ruritania,21,",
        "Ruritania,22,",
        "3:11: total: the sectors come to 21.000 and not to 22",
    ),
    "a rate without imports": (
        "cases",
        ",21,1,2",
        ",20,0,2",
        "mfn_cars: is empty where there are no imports, and only there",
    ),
    "exports without a source": (
        "cases",
        "7,radio,medium",
        "7,,",
        "us_exports_source: value, source and confidence are all given or all empty",
    ),
    "no US exports": ("cases", "0.001,7,radio", "0.001,0,radio", "us_exports: must be above 0 (got 0)"),
    "no GDP": ("cases", "medium,80,9,", "medium,0,9,", "gdp: must be above 0 (got 0)"),
    "no GDP a head": ("cases", "medium,80,9,", "medium,80,0.0,", "gdp_per_head: must be above 0 (got 0)"),
    "no imports": (
        "cases",
        "21,1,2,3,4,5,6,0.025,0.02,0.015,0.01,0.005,0.001,",
        "0,0,0,0,0,0,0,,,,,,,",
        "3:11: total: must be above 0 (got 0)",
    ),
    "two cases of one name": (
        "outcomes",
        "\nRuritania",
        "\nRURITANIA,2025-07-22,0.15,1,0.15,,,ships,radio,2025-07-23,high\nRuritania",
        "4:1: line 3 has the same case; one of both must go (RURITANIA and Ruritania are one name",
    ),
    "two rows of one case": (
        "cases",
        "-11,high\n",
        "-11,high\nruritania,21,1,2,3,4,5,6,0.025,0.02,0.015,0.01,0.005,0.001,7,radio,medium,80,9,radio,high,0.24,0.25,"
        "2025-07-07,0,2025-07-12,0.1,0.275,0.5,2025-08-01,2025-12-31,radio,high,radio,2025-04-11,high\n",
        "4:1: line 3 has the same case; one of both must go (Ruritania and ruritania are one name",
    ),
    "a letter without its day": (
        "cases",
        "2025-07-07",
        "",
        "letter_known_by: is given where there is a letter, and only there",
    ),
    "a letter after the forecast": (
        "cases",
        "2025-07-07",
        "2025-07-13",
        "letter_known_by: the letter must be known on the day of the forecast, 2025-07-12",
    ),
    "no status quo": (
        "cases",
        "0.1,0.275,0.5",
        ",0.275,0.5",
        "status_quo_reciprocal: is given where there is a day of the forecast",
    ),
    "horizons the wrong way round": (
        "cases",
        "2025-08-01,2025-12-31",
        "2025-12-31,2025-08-01",
        "last_horizon: the day of the forecast comes first",
    ),
    "too few values": (
        "outcomes",
        ",ships",
        "",
        "3:1: has 10 values for 11 columns; one with a comma in it is put in quotes",
    ),
    "an open quote": ("outcomes", "ships", '"ships', "3:44: a quote is out of place"),
    "an empty line": ("events", "all,2025-07-01", "\nall,2025-07-01", "6:1: the line is empty; leave it out"),
    "the same row twice": (
        "events",
        "all,2025-07-01",
        EVENTS.splitlines()[2] + "\nall,2025-07-01",
        "6:1: line 3 has the same case, date, kind, issue, value; one of both must go",
    ),
    "no comment": (
        "events",
        "# Sources: made up\n",
        "",
        "1:1: the first line must be a comment that says where the rows come from",
    ),
    "no header": (
        "events",
        EVENTS[EVENTS.index("case") :],
        "",
        "1:1: there is no header; it is case,date,kind,issue,value",
    ),
    "an unknown column": (
        "events",
        "kind,issue",
        "kinds,issue",
        "2:11: kinds: there is no such column; did you mean kind?",
    ),
    "a missing column": ("events", "kind,issue", "kinds,issue", "2:1: the header lacks kind"),
    "semicolons": (
        "events",
        EVENTS.splitlines()[1],
        EVENTS.splitlines()[1].replace(",", ";"),
        "2:1: columns are separated by semicolons; separate them by commas",
    ),
    "a column twice": ("events", "value,source", "issue,source", "2:22: issue: this column stands in the header twice"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_with_its_place(name: str, tmp_path: Path) -> None:
    file, old, new, message = WRONG[name]
    read, text = READERS[file]
    assert text.count(old) == 1, "what is replaced stands there once"
    path = _file(tmp_path, text.replace(old, new))
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert any(message in line for line in str(caught.value).splitlines()), str(caught.value)
    assert all(line.startswith(f"{path}:") for line in str(caught.value).splitlines())


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    path = _file(tmp_path, EVENTS.replace(",high", ",sure").replace("election", "vote"))
    with pytest.raises(ConfigError) as caught:
        read_events(path)
    assert [problem.path for problem in caught.value.problems] == ["confidence", "confidence", "kind", "confidence"]


@pytest.mark.parametrize("raw", [b"\xff\xfe", b""])
def test_what_is_no_text_of_the_record_is_refused(raw: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(raw)
    with pytest.raises(ConfigError, match="is not UTF-8" if raw else "the first line must be a comment"):
        read_events(path)
