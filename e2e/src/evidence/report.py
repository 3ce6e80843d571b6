"""The page for people: it needs nothing else, and shows of each section its completeness and the first 200 rows."""

from html.parser import HTMLParser

from sections import SECTIONS, plain

SHOWN = 200
# Rows of more columns than this are lists of what they say.
WIDEST = 22
CELLS = ("td", "th", "dt", "dd", "p")
FOREIGN = {"script", "link", "iframe", "img", "object", "embed", "form", "base"}


class Page(HTMLParser):
    def __init__(self, faults):
        super().__init__()
        self.faults, self.texts, self.tables, self.section, self.text = faults, {}, {}, None, None

    def handle_starttag(self, tag, attributes):
        told = dict(attributes)
        outside = [name for name in ("src", "href") if name in told and not (told[name] or "").startswith("#")]
        if tag in FOREIGN or outside or any(name.startswith("on") for name in told):
            self.faults.append(f"report.html: has a {tag} that a page without anything else has not")
        if tag == "section":
            self.section = told.get("id")
            self.texts[self.section], self.tables[self.section] = [], []
        if self.section is not None and tag in ("tr", "dl"):
            self.tables[self.section].append([])
        if tag in CELLS:
            self.text = ""

    def handle_endtag(self, tag):
        if tag == "section":
            self.section = None
        if tag in CELLS and self.section is not None:
            if tag == "p":
                self.texts[self.section].append(self.text)
            elif self.tables[self.section]:
                self.tables[self.section][-1].append(self.text)

    def handle_data(self, data):
        if self.text is not None:
            self.text += data


def check(data, manifest, found, faults):
    """How many sections the page shows as they are."""
    page = Page(faults)
    page.feed(data.decode())
    completeness = {file["name"]: file["completeness"] for file in manifest["files"]}
    if set(page.texts) != set(SECTIONS):
        faults.append("report.html: does not have the sections that there are")
        return 0
    for name, rows in found.items():
        if completeness[f"{name}.csv"] not in page.texts[name]:
            faults.append(f"report.html: does not say how complete {name} is")
        if page.tables[name] != shown(list(SECTIONS[name]), rows):
            faults.append(f"report.html: does not show the first rows of {name} as they are")
    return len(found)


def shown(columns, rows):
    """The cells that the page has of a section."""
    told = [[plain(row[column]) for column in columns] for row in rows[:SHOWN]]
    if len(columns) > WIDEST:
        filled = [[(name, cell) for name, cell in zip(columns, row) if cell != ""] for row in told]
        return [[text for pair in row for text in pair] for row in filled]
    return [columns, *told] if rows else []
