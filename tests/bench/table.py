#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Prints the rows of a benchmark as tables, and writes them as JSON if asked.

usage: table.py ROWS [JSON]
A row is TABLE, ROW, COLUMN, VALUE with tabs between; a note has no row.
"""
import json
import sys


def show(value):
    """12345.6 -> 12,346; small numbers keep a digit, and those below 1 three."""
    number = float(value)
    if number >= 100:
        return "{:,.0f}".format(number)
    if 0 < number < 1:
        return "{:.3f}".format(number)
    return "{:,.1f}".format(number).replace(".0", "")


def print_table(name, rows, notes):
    columns = list(dict.fromkeys(c for cells in rows.values() for c in cells))
    lines = [[name] + columns] + [
        [row] + [show(cells[c]) if c in cells else "-" for c in columns]
        for row, cells in rows.items()]
    widths = [max(map(len, column)) for column in zip(*lines)]
    for i, line in enumerate(lines):
        print("  ".join([line[0].ljust(widths[0])] +
                        [cell.rjust(w) for cell, w in zip(line[1:], widths[1:])]))
        if i == 0:
            print("-" * (sum(widths) + 2 * len(widths) - 2))
    for note in notes:
        print("(%s)" % note)
    print()


def main():
    tables, notes = {}, {}
    with open(sys.argv[1], encoding="utf-8") as file:
        for line in file:
            table, row, column, value = line.rstrip("\n").split("\t")
            if row:
                tables.setdefault(table, {}).setdefault(row, {})[column] = value
            else:
                notes.setdefault(table, []).append(value)
    for table, rows in tables.items():
        print_table(table, rows, notes.get(table, []))
    if len(sys.argv) > 2:
        numbers = {t: {r: {c: float(v) for c, v in cells.items()}
                       for r, cells in rows.items()} for t, rows in tables.items()}
        with open(sys.argv[2], "w", encoding="utf-8") as out:
            json.dump(numbers, out, indent=2)
            out.write("\n")


if __name__ == "__main__":
    main()
