"""Turns costs into Markdown tables and JSON: medians, and ratios taken round by round."""
from statistics import median


class Report:
    """`costs` maps a site's label and a case to one `Cost` per round; `cases` maps cases to their words."""

    def __init__(self, facts, cases, sites, costs):
        self.facts = facts
        self.cases = cases
        self.sites = sites
        self.costs = costs

    def comparison_tables(self):
        lines = self.head()
        for site in self.sites:
            lines += [f"## {site.label}: {site.articles:,} articles", ""]
            lines += row("", "CPU s", "(from .. to)", "wall s", "memory MB", "x limit", "x Hugo", "files written")
            lines += ["|---" + "|---:" * 7 + "|"]
            for case in self.cases:
                lines += self.comparison_row(site.label, case)
            lines += [""]
        return "\n".join(lines)

    def comparison_row(self, label, case):
        costs = self.costs.get((label, case))
        if not costs:
            return row(self.cases[case], *["failed"] + [""] * 6)
        cpu = [cost.cpu for cost in costs]
        return row(
            self.cases[case],
            f"{median(cpu):.2f}",
            f"{min(cpu):.2f} .. {max(cpu):.2f}",
            f"{median(cost.wall for cost in costs):.2f}",
            self.memory(costs),
            times(self.ratio(label, case, "lower")),
            times(self.ratio(label, case, rival(case))),
            f"{median(cost.files for cost in costs):.0f}",
        )

    def scale_tables(self):
        lines = self.head()
        for case, words in self.cases.items():
            lines += [f"## {words}", ""]
            lines += row("articles", "CPU s", "x the row above", "memory MB", "x the row above", "x limit")
            lines += ["|---:" * 6 + "|"]
            above = None
            for site in self.sites:
                lines += self.scale_row(site, case, above)
                above = site.label
            lines += [""]
        return "\n".join(lines)

    def scale_row(self, site, case, above):
        costs = self.costs.get((site.label, case))
        if not costs:
            return row(f"{site.articles:,}", "failed", *[""] * 4)
        before = self.costs.get((above, case))
        return row(
            f"{site.articles:,}",
            f"{median(cost.cpu for cost in costs):.2f}",
            times(round_ratio(costs, before, lambda cost: cost.cpu)),
            self.memory(costs),
            times(round_ratio(costs, before, lambda cost: cost.memory_mb)),
            times(self.ratio(site.label, case, "lower")),
        )

    def head(self):
        programs = "; ".join(self.facts["programs"].values())
        threads = self.facts["threads"] or "each tool's own choice"
        return [
            f"{self.facts['machine']}, {self.facts['file_system']}. {programs}.",
            f"Rounds: {self.facts['rounds']}; threads: {threads}; Docweave's theme: {self.facts['theme']}.",
            "",
        ]

    def memory(self, costs):
        """Peaks at the floor are not the program's own."""
        floor = self.facts["memory_floor_mb"]
        peak = median(cost.memory_mb for cost in costs)
        return f"< {floor * 1.1:.0f}" if peak <= floor * 1.1 else f"{peak:.0f}"

    def ratio(self, label, case, base):
        return round_ratio(self.costs.get((label, case)), self.costs.get((label, base)), lambda cost: cost.cpu)

    def as_json(self):
        sites = []
        for site in self.sites:
            cases = {}
            for case in self.cases:
                costs = self.costs.get((site.label, case))
                if costs:
                    cases[case] = {
                        "cpu_median": round(median(cost.cpu for cost in costs), 4),
                        "memory_mb_median": round(median(cost.memory_mb for cost in costs), 1),
                        "times_lower_limit": times(self.ratio(site.label, case, "lower")),
                        "times_hugo": times(self.ratio(site.label, case, rival(case))),
                        "runs": [cost.as_json() for cost in costs],
                    }
            sites.append({"label": site.label, "articles": site.articles, "cases": cases})
        return {**self.facts, "sites": sites}


def rival(case):
    """The Hugo build that does the same work: edits are held against its cold build, for it keeps nothing."""
    return "hugo-plain" if case in ("lower", "cold-plain", "hugo-plain") else "hugo"


def round_ratio(costs, base, measured):
    """The median over rounds of the ratio within a round; `None` where one side is missing."""
    if not costs or not base:
        return None
    return median(measured(a) / measured(b) for a, b in zip(costs, base) if measured(b) > 0)


def times(ratio):
    return "" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def row(*cells):
    return ["| " + " | ".join(cells) + " |"]
