//! What one row says of a person.

use csv::StringRecord;
use rolecall_model::person::{Day, Employment, Person, PersonAddress, PersonKey, Standing, normal_address};

use super::mapping::Columns;
use super::{DateOrder, Problems, RosterField, value};

/// Reads rows.
pub(super) struct RowReader<'c> {
    pub(super) columns: &'c Columns,
    pub(super) order: Option<DateOrder>,
    pub(super) source: &'c str,
}

impl RowReader<'_> {
    /// Whom this row is about; `None` where it does not tell, or nothing is in it.
    pub(super) fn key(&self, line: u64, row: &StringRecord, problems: &mut Problems) -> Option<PersonKey> {
        if row.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        let key = PersonKey::of(self.filled(row, RosterField::Id), self.filled(row, RosterField::Email));
        if key.is_none() {
            problems.add(line, "there is neither an id nor an e-mail address; fill one in");
        }
        key
    }

    /// The person of this row; `None` where something is wrong with it.
    pub(super) fn person(
        &self,
        key: PersonKey,
        line: u64,
        row: &StringRecord,
        problems: &mut Problems,
        warnings: &mut Problems,
    ) -> Option<Person> {
        let filled = |field| self.filled(row, field);
        let text = |field| filled(field).map(str::to_owned);
        let mut person = Person::new(key, self.name(row));
        (person.given_name, person.family_name) = (text(RosterField::GivenName), text(RosterField::FamilyName));
        person.department = text(RosterField::Department);
        person.manager = filled(RosterField::Manager).map(PersonKey::from);
        person.kind = value::kind(self.cell(row, RosterField::Kind));
        person.employment = self.employment(line, row, warnings);
        person.attributes = self
            .columns
            .attributes
            .iter()
            .filter_map(|(at, name)| {
                let value = row.get(*at).map(str::trim).filter(|value| !value.is_empty())?;
                Some((name.clone(), value.to_owned()))
            })
            .collect();
        let addresses = self.addresses(line, row, problems);
        let start = self.day(line, row, RosterField::Start, problems);
        let end = self.day(line, row, RosterField::End, problems);
        (person.addresses, person.start, person.end) = (addresses?, start?, end?);
        if let (Some(start), Some(end)) = (person.start, person.end)
            && end < start
        {
            warnings.add(line, format!("the last day, {end}, is before the first, {start}"));
        }
        Some(person)
    }

    fn cell<'r>(&self, row: &'r StringRecord, field: RosterField) -> &'r str {
        self.columns.fields.get(&field).and_then(|at| row.get(*at)).map_or("", str::trim)
    }

    fn filled<'r>(&self, row: &'r StringRecord, field: RosterField) -> Option<&'r str> {
        Some(self.cell(row, field)).filter(|cell| !cell.is_empty())
    }

    fn name(&self, row: &StringRecord) -> String {
        let whole = self.cell(row, RosterField::DisplayName);
        if !whole.is_empty() {
            return whole.to_owned();
        }
        let (given, family) = (self.cell(row, RosterField::GivenName), self.cell(row, RosterField::FamilyName));
        format!("{given} {family}").trim().to_owned()
    }

    fn employment(&self, line: u64, row: &StringRecord, warnings: &mut Problems) -> Employment {
        let word = self.cell(row, RosterField::Employment);
        value::employment(word).unwrap_or_else(|| {
            warnings.add(
                line,
                format!(
                    "`{word}` is not known as a status and was read as unknown; write active, on leave or departed"
                ),
            );
            Employment::Unknown
        })
    }

    /// All addresses, `None` where one is none.
    fn addresses(&self, line: u64, row: &StringRecord, problems: &mut Problems) -> Option<Vec<PersonAddress>> {
        let aliases = self.cell(row, RosterField::Aliases).split([',', ';', '|', ' ']);
        let all =
            std::iter::once((self.cell(row, RosterField::Email), true)).chain(aliases.map(|alias| (alias, false)));
        let mut addresses = Vec::new();
        let mut are_whole = true;
        for (address, is_main) in all.map(|(cell, is_main)| (cell.trim(), is_main)).filter(|(cell, _)| !cell.is_empty())
        {
            if normal_address(address).is_none() {
                problems.add(line, format!("`{address}` is not an e-mail address; correct it or leave it empty"));
                are_whole = false;
            }
            let (address, source) = (address.to_owned(), self.source.to_owned());
            addresses.push(PersonAddress { address, is_main, source, standing: Standing::Roster });
        }
        are_whole.then_some(addresses)
    }

    /// The day in a cell, which may be empty; the outer `None` is for one that is no day.
    fn day(&self, line: u64, row: &StringRecord, field: RosterField, problems: &mut Problems) -> Option<Option<Day>> {
        let text = self.cell(row, field);
        if text.is_empty() {
            return Some(None);
        }
        value::day(text, self.order).map(Some).map_err(|why| problems.add(line, why)).ok()
    }
}
