#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Draws the tables of a benchmark as bars on a logarithmic scale, one picture (SVG).

usage: picture.py RESULTS.json PICTURE.svg
"""
import json
import math
import sys
from xml.sax.saxutils import escape

from table import show

COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
BAR, GAP, LABELS, SCALE, MARGIN = 12, 8, 330, 620, 90


def text(x, y, words, anchor="start", weight="normal"):
    return ('<text x="%.1f" y="%.1f" text-anchor="%s" font-weight="%s">%s</text>'
            % (x, y, anchor, weight, escape(words)))


def rect(x, y, width, height, colour):
    return ('<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"/>'
            % (x, y, width, height, colour))


def decades(rows):
    """The powers of ten below and above all values."""
    values = [v for cells in rows.values() for v in cells.values() if v > 0] or [1]
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return low, max(high, low + 1)


def legend(columns, y):
    out, x = [], LABELS
    for i, column in enumerate(columns):
        out += [rect(x, y - 10, BAR, BAR, COLOURS[i % len(COLOURS)]), text(x + 18, y, column)]
        x += 40 + 7 * len(column)
    return out


def grid(low, high, top, bottom):
    out = []
    for power in range(low, high + 1):
        x = LABELS + SCALE * (power - low) / (high - low)
        out += ['<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="#ccc"/>'
                % (x, top, x, bottom),
                text(x, bottom + 14, "{:,}".format(10 ** power if power >= 0 else 10.0 ** power),
                     "middle")]
    return out


def bars(row, cells, columns, low, high, y):
    """One row of the table, from @y on."""
    out = [text(LABELS - 8, y + (len(cells) * BAR) / 2 + 4, row, "end")]
    for column, value in cells.items():
        length = SCALE * (math.log10(value) - low) / (high - low) if value > 0 else 0
        out += [rect(LABELS, y, length, BAR - 2, COLOURS[columns.index(column) % len(COLOURS)]),
                text(LABELS + length + 4, y + BAR - 2, show(value))]
        y += BAR
    return out


def draw(name, rows, y):
    """A table from @y on; returns what is drawn and where it ends."""
    columns = list(dict.fromkeys(c for cells in rows.values() for c in cells))
    low, high = decades(rows)
    out, top = [text(8, y, name, weight="bold")] + legend(columns, y), y + GAP
    drawn, y = [], y + 2 * GAP
    for row, cells in rows.items():
        drawn += bars(row, cells, columns, low, high, y)
        y += len(cells) * BAR + GAP
    return out + grid(low, high, top, y) + drawn, y + 50


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        tables = json.load(file)
    out, y = [], 24
    for name, rows in tables.items():
        drawn, y = draw(name, rows, y)
        out += drawn
    with open(sys.argv[2], "w", encoding="utf-8") as file:
        file.write('<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" '
                   'font-family="sans-serif" font-size="11">\n%s\n%s\n</svg>\n'
                   % (LABELS + SCALE + MARGIN, y, rect(0, 0, LABELS + SCALE + MARGIN, y, "#fff"),
                      "\n".join(out)))


if __name__ == "__main__":
    main()
