//! The part of a command line that only a connector type understands, so that every command is written once for all
//! types: `sync TYPE`, `doctor TYPE`, `connectors add TYPE` have a subcommand for each of [`KINDS`].

use std::fmt;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, Command, FromArgMatches, Subcommand};
use rolecall_connect::TokenPlace;
use rolecall_store::NewConnector;
use serde_json::Value as Json;

use super::settings::{Setting, Settings};
use super::{KINDS, Kind, name_check};
use crate::exit::{Exit, Failure};
use crate::person::Asked;

/// What a command that has a part for each type is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Sync,
    Doctor,
    Add,
    /// The type is not said here: that of the connector decides.
    Edit,
}

/// A type's part of a command.
pub(crate) struct Form {
    /// What the command does for this type; of [`Purpose::Edit`], the heading above its flags.
    about: &'static str,
    /// What stands at the end of its help: where the token is found, and examples.
    ending: &'static str,
    /// Adds its flags. One of them is called like [`Kind::base_key`].
    flags: fn(Command) -> Command,
    /// Reads them.
    read: fn(&ArgMatches) -> Result<Said, clap::Error>,
}

/// What was said with a type's own flags.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What is to be read, as a person spells it.
    pub(crate) root: Option<String>,
    /// The address it is read from.
    pub(crate) base: Option<String>,
    /// Settings that only this type has.
    pub(crate) settings: Vec<(&'static Setting, Json)>,
    /// Those among them that state something about the source which it does not tell: a sync remembers them.
    pub(crate) stated: Vec<(&'static Setting, Json)>,
    /// A place of the token that only this type has.
    pub(crate) place: Option<TokenPlace>,
    /// How a person answers who is asked for what the registry shows to nobody else.
    pub(crate) person: Option<Asked>,
}

impl Form {
    /// The part whose flags are those of `F`. Those of [`Purpose::Edit`] stand beside those of other types, so that they may
    /// share no name with them and be in no group of their own (`#[group(skip)]`).
    pub(crate) fn of<F: Args + Into<Said>>(about: &'static str, ending: &'static str) -> Self {
        Self { about, ending, flags: F::augment_args, read: |matches| Ok(F::from_arg_matches(matches)?.into()) }
    }
}

/// Flags that every type shares in a command that has a subcommand for each type.
pub(crate) trait Shared: Args {
    /// What the command is for.
    const PURPOSE: Purpose;
}

/// One subcommand for each connector type, with the type's own flags and those that every type shares.
pub(crate) struct OfType<S> {
    pub(crate) kind: &'static dyn Kind,
    pub(crate) said: Said,
    pub(crate) shared: S,
    /// Where the address comes from that it is read from, if not from the type.
    base_from: Option<ValueSource>,
}

impl<S> OfType<S> {
    /// The connector that the command line names, without settings; called like what it reads unless it has a name.
    pub(crate) fn config(&self, name: Option<&str>) -> Result<NewConnector, Failure> {
        let root = self.kind.root(self.said.root.as_deref().unwrap_or_default())?;
        let name = name.map_or_else(|| root.clone(), str::to_owned);
        name_check(&name).map_err(|why| Failure::new(Exit::Usage, why))?;
        Ok(NewConnector {
            connector_type: self.kind.name().to_owned(),
            name,
            root,
            base_url: self.kind.base(self.said.base.as_deref())?,
            settings: Settings::default().to_json(),
            ..NewConnector::default()
        })
    }

    /// What said where it is read from: a flag, or a variable of the environment; nothing where nothing did.
    pub(crate) fn base_from(&self) -> Option<&'static str> {
        match self.base_from? {
            ValueSource::CommandLine => Some("the command line"),
            ValueSource::EnvVariable => Some("the environment"),
            _ => None,
        }
    }
}

impl<S: Shared> Subcommand for OfType<S> {
    fn augment_subcommands(command: Command) -> Command {
        KINDS.iter().fold(command, |command, kind| {
            let form = kind.form(S::PURPOSE);
            let own = (form.flags)(Command::new(kind.name()));
            command.subcommand(S::augment_args(own).about(form.about).after_help(form.ending))
        })
    }

    fn augment_subcommands_for_update(command: Command) -> Command {
        Self::augment_subcommands(command)
    }

    fn has_subcommand(name: &str) -> bool {
        KINDS.iter().any(|kind| kind.name() == name)
    }
}

impl<S: Shared> FromArgMatches for OfType<S> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let missing = || clap::Error::raw(clap::error::ErrorKind::MissingSubcommand, "the connector type is missing\n");
        let (name, matches) = matches.subcommand().ok_or_else(missing)?;
        let kind = KINDS.iter().copied().find(|kind| kind.name() == name).ok_or_else(missing)?;
        Ok(Self {
            kind,
            said: (kind.form(S::PURPOSE).read)(matches)?,
            shared: S::from_arg_matches(matches)?,
            base_from: matches.value_source(kind.base_key()),
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl<S: fmt::Debug> fmt::Debug for OfType<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OfType")
            .field("kind", &self.kind.name())
            .field("said", &self.said)
            .field("shared", &self.shared)
            .finish_non_exhaustive()
    }
}

/// The own flags of every type at once, for a command that learns from the connector which type is meant.
pub(crate) struct OfAnyType(Vec<(&'static dyn Kind, Said)>);

impl OfAnyType {
    /// What was said for a connector of this type. It is a mistake to say what only another type has.
    pub(crate) fn of(&self, kind: &dyn Kind) -> Result<&Said, Failure> {
        static NOTHING: Said =
            Said { root: None, base: None, settings: Vec::new(), stated: Vec::new(), place: None, person: None };
        let is_this = |other: &&'static dyn Kind| other.name() == kind.name();
        let foreign = self.0.iter().filter(|(other, _)| !is_this(other)).find_map(|(other, said)| said.flag(*other));
        if let Some(flag) = foreign {
            return Err(Failure::new(Exit::Usage, format!("{} has no --{flag}", kind.title())));
        }
        Ok(self.0.iter().find(|(other, _)| is_this(other)).map_or(&NOTHING, |(_, said)| said))
    }
}

impl Said {
    /// One of the flags that were used.
    fn flag(&self, kind: &dyn Kind) -> Option<String> {
        let base = self.base.as_ref().map(|_| kind.base_key().to_owned());
        let setting = self.settings.iter().chain(&self.stated).next().map(|(setting, _)| setting.flag());
        base.or(setting).or_else(|| match self.place.as_ref()? {
            TokenPlace::Own(own) => Some(format!("token-{}", own.name.replace('_', "-"))),
            _ => Some("a place of the token".to_owned()),
        })
    }
}

impl Args for OfAnyType {
    fn augment_args(command: Command) -> Command {
        let with = |command: Command, kind: &&dyn Kind| {
            let form = kind.form(Purpose::Edit);
            (form.flags)(command.next_help_heading(form.about))
        };
        KINDS.iter().fold(command, with).next_help_heading(None)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for OfAnyType {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let of = |kind: &&'static dyn Kind| Ok((*kind, (kind.form(Purpose::Edit).read)(matches)?));
        KINDS.iter().map(of).collect::<Result<_, clap::Error>>().map(Self)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl fmt::Debug for OfAnyType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter().map(|(kind, said)| (kind.name(), said))).finish()
    }
}
