//! `rolecall man`: the manual, from the same definition as the command line.

use std::io;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};

use crate::cli::{Cli, Global};
use crate::console::Stdout;
use crate::exit::{Exit, Failure};
use crate::output::note;
use crate::output::text::{count, printable};

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  rolecall man | man -l -
  rolecall man --directory ~/.local/share/man/man1")]
pub(crate) struct ManArgs {
    /// Write a page for every command into this folder, which is made if it is not there
    #[arg(long, value_name = "FOLDER")]
    directory: Option<PathBuf>,
}

/// Prints one page, or writes all of them.
pub(crate) fn run(global: &Global, args: &ManArgs) -> Result<Exit, Failure> {
    let Some(folder) = &args.directory else {
        clap_mangen::Man::new(Cli::command()).render(&mut Stdout::open())?;
        return Ok(Exit::Done);
    };
    let pages = pages_write(folder).map_err(|error| {
        Failure::new(Exit::Failure, format!("cannot write the manual to {}: {error}", folder.display()))
            .hint("check the path and that you may write there")
    })?;
    if !global.quiet {
        note(&printable(&format!("wrote {} to {}", count(pages, "page", "pages"), folder.display())));
    }
    Ok(Exit::Done)
}

fn pages_write(folder: &Path) -> io::Result<usize> {
    std::fs::create_dir_all(folder)?;
    let mut command = Cli::command().disable_help_subcommand(true);
    command.build();
    page_write(&command, folder)
}

/// Writes the page of a command and those of the commands below it; answers how many.
fn page_write(command: &clap::Command, folder: &Path) -> io::Result<usize> {
    let mut pages = 1;
    for below in command.get_subcommands().filter(|below| !below.is_hide_set() && below.get_name() != "help") {
        pages += page_write(below, folder)?;
    }
    clap_mangen::Man::new(command.clone()).generate_to(folder)?;
    Ok(pages)
}
