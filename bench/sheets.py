"""How long a sheet of slips takes: python bench/sheets.py [slips] [rounds]."""

from __future__ import annotations

import statistics
import sys
import time
from datetime import date

from orientir.codes.digits import derive
from orientir_plans.sheets import Slip, SlipSheet, slip_sheet


def main(count: int = 30, rounds: int = 10) -> None:
    """Print the median CPU time of one sheet; each round prints another class, as a server would."""
    spent, size = [], 0
    for round_ in range(rounds):
        sheet = _sheet(count, round_)
        start = time.process_time()
        size = len(slip_sheet(sheet))
        spent.append(time.process_time() - start)
    sys.stdout.write(f"{count} slips: median {statistics.median(spent) * 1000:.0f} ms of CPU, {size / 1024:.0f} KB\n")


def _sheet(count: int, number: int) -> SlipSheet:
    codes = [derive("bench", "plans", f"{number}:{owner}", 0) for owner in range(count)]
    return SlipSheet(
        title="Опрос выпускников",
        school=f"МБОУ «Школа № {number}»",
        class_title="9«А»",
        address="orientir.example.ru",
        expires_on=date(2026, 5, 22),
        slips=tuple(Slip(code, f"https://orientir.example.ru/k/{code}") for code in codes),
        is_demo=False,
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
