//! A certificate for a hub that has none: signed by an authority of its own, which those that ask it have to be told to trust.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use jiff::civil::Date;
use jiff::tz::Offset;
use jiff::{Timestamp, ToSpan as _};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};

use crate::exit::{Exit, Failure};
use crate::output::{line, note};

/// What the authority is called. One that is used again is found by its name.
const NAME: &str = "Rolecall private authority";
/// How long it is good, in years, and what it signs, in days: no longer than clients believe in.
const YEARS: i64 = 10;
const DAYS: i64 = 825;

#[derive(Debug, Args)]
#[command(
    after_help = "Runners, command lines and browsers that ask the hub have to trust ca.pem; ca-key.pem belongs on no other machine.
Run again with the same folder, it renews the hub's certificate, and everybody goes on trusting the same authority.

Examples:
  rolecall serve certificate --host hub.example.com --out tls
  rolecall serve certificate --host 10.0.0.5 --host hub.internal --out tls"
)]
pub(crate) struct CertificateArgs {
    /// A name or an address under which the hub is asked; may be given several times
    #[arg(long, value_name = "HOST", required = true)]
    host: Vec<String>,
    /// Write ca.pem, ca-key.pem, server.pem and server-key.pem into this folder
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
}

/// Makes an authority, unless one is there, and a certificate that it signs.
pub(super) fn certificate(args: &CertificateArgs) -> Result<Exit, Failure> {
    let today = Offset::UTC.to_datetime(Timestamp::now()).date();
    fs::create_dir_all(&args.out).map_err(|error| unwritable(&args.out, &error))?;
    let place = |name: &str| args.out.join(name);
    let (authority, is_known) = authority(&place("ca.pem"), &place("ca-key.pem"), today)?;
    let (certificate, key) = signed(&args.host, &authority, today)?;
    write(&place("server.pem"), &certificate)?;
    write(&place("server-key.pem"), &key)?;
    let (server, server_key) = (place("server.pem"), place("server-key.pem"));
    note(&if is_known {
        format!("{} is renewed, by the authority that is there", server.display())
    } else {
        format!("an authority is made, and {} is signed by it", server.display())
    });
    line(&format!("rolecall serve --tls-certificate {} --tls-key {}", server.display(), server_key.display()))?;
    line(&format!("SSL_CERT_FILE={}", place("ca.pem").display()))?;
    note(
        "the first line is for the hub, with --listen and --base-url; the second for whatever asks it, with the file beside it",
    );
    Ok(Exit::Done)
}

fn authority(file: &Path, key_file: &Path, today: Date) -> Result<(Issuer<'static, KeyPair>, bool), Failure> {
    let mut params = params(Vec::new(), NAME, today, today.saturating_add(YEARS.years()))?;
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    match fs::read_to_string(key_file) {
        Ok(known) => {
            let key = KeyPair::from_pem(&known).map_err(|error| {
                Failure::new(Exit::Usage, format!("{} cannot be used: {error}", key_file.display()))
                    .hint("say another folder with --out")
            })?;
            Ok((Issuer::new(params, key), true))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let key = KeyPair::generate().map_err(|error| unmade(&error))?;
            let certificate = params.self_signed(&key).map_err(|error| unmade(&error))?;
            write(key_file, &key.serialize_pem())?;
            write(file, &certificate.pem())?;
            Ok((Issuer::new(params, key), false))
        }
        Err(error) => Err(unwritable(key_file, &error)),
    }
}

/// A certificate of these names, and its key.
fn signed(hosts: &[String], authority: &Issuer<'_, KeyPair>, today: Date) -> Result<(String, String), Failure> {
    let name = hosts.first().map_or("", String::as_str);
    let mut params = params(hosts.to_vec(), name, today, today.saturating_add(DAYS.days()))?;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params.use_authority_key_identifier_extension = true;
    let key = KeyPair::generate().map_err(|error| unmade(&error))?;
    let certificate = params.signed_by(&key, authority).map_err(|error| unmade(&error))?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn params(hosts: Vec<String>, name: &str, from: Date, until: Date) -> Result<CertificateParams, Failure> {
    let mut params = CertificateParams::new(hosts).map_err(|error| {
        Failure::new(Exit::Usage, format!("no certificate can name that: {error}")).hint("say a host, without a port")
    })?;
    params.distinguished_name.push(DnType::CommonName, name);
    // Clocks differ.
    let from = from.saturating_sub(1.days());
    params.not_before = date_time_ymd(from.year().into(), part(from.month()), part(from.day()));
    params.not_after = date_time_ymd(until.year().into(), part(until.month()), part(until.day()));
    Ok(params)
}

/// A month or a day, none of which is negative.
fn part(number: i8) -> u8 {
    number.unsigned_abs()
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(
        &mut options,
        if file.to_string_lossy().contains("-key") { 0o600 } else { 0o644 },
    );
    let written = options.open(file).and_then(|mut opened| opened.write_all(text.as_bytes()));
    written.map_err(|error| unwritable(file, &error))
}

fn unwritable(file: &Path, error: &std::io::Error) -> Failure {
    Failure::new(Exit::Failure, format!("{} cannot be written: {error}", file.display()))
}

fn unmade(error: &rcgen::Error) -> Failure {
    Failure::new(Exit::Failure, format!("no certificate could be made: {error}"))
}
