//! The people of a hub, with a clock that tests move.

use std::cell::Cell;
use std::sync::Arc;

use rolecall_model::Timestamp;
use rolecall_store::{AuditEvidence, AuditFilter, AuditRecord, DatabaseAddress, KeyPlace, Mode, Store};
use rolecall_testkit::TestDatabase;
use secrecy::{ExposeSecret, SecretString};
use tempfile::TempDir;
use tokio::sync::watch;
use totp_rs::{Builder, Secret};

use super::*;
use crate::Silent;

mod accounts;
mod attempts;
mod device_logins;
mod factors;
mod identities;
mod links;
mod presented;
mod property;
mod sessions;
mod tokens;

const PASSWORD: &str = "a long walk by the sea";

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

thread_local! {
    /// Each test has a thread of its own.
    static NOW: Cell<i64> = const { Cell::new(1_800_000_000) };
}

fn clock() -> Timestamp {
    Timestamp(NOW.get() * 1_000_000)
}

/// Lets seconds pass.
fn pass(seconds: i64) {
    NOW.set(NOW.get() + seconds);
}

fn secret(text: &str) -> SecretString {
    SecretString::from(text)
}

fn copy(secret: &SecretString) -> SecretString {
    secret.clone()
}

struct World {
    _database: TestDatabase,
    _files: TempDir,
    hub: Hub,
    store: Store,
}

/// Somebody who is signed in.
struct Person {
    caller: Caller,
    token: SecretString,
}

impl Person {
    fn uuid(&self) -> Uuid {
        self.caller.user().unwrap().uuid
    }
}

use uuid::Uuid;

impl World {
    async fn new() -> Self {
        let database = TestDatabase::new().await.unwrap();
        let address: DatabaseAddress = database.address().parse().unwrap();
        Store::migrate(&address).await.unwrap();
        let store = Store::open(&address, Mode::Write).await.unwrap();
        let files = tempfile::tempdir().unwrap();
        let (_, stop) = watch::channel(false);
        let context = Context { store: store.clone(), clock, stop, progress: Arc::new(Silent) };
        let hub = Hub::new(&context, KeyPlace::Own(files.path().join("key")));
        let hub = hub.with_password_cost(PasswordCost { memory: 8, passes: 1 });
        Self { _database: database, _files: files, hub, store }
    }

    /// With an administrator, `root`.
    async fn founded() -> (Self, Person) {
        let world = Self::new().await;
        let link = world.hub.first_run(&Caller::program()).await.unwrap().unwrap();
        let root = world.joins(&link.token, "root").await;
        (world, root)
    }

    async fn joins(&self, token: &SecretString, name: &str) -> Person {
        let signed_in = self.hub.link_join(token, &account(name), &peer()).await.unwrap();
        Person { caller: signed_in.caller, token: signed_in.token }
    }

    /// Somebody whom the terminal invites.
    async fn joined(&self, name: &str, role: Role) -> Person {
        let invitation = NewInvitation { role, email: None };
        let link = self.hub.invite(&Caller::terminal("op"), &invitation).await.unwrap();
        self.joins(&link.token, name).await
    }

    async fn sign_in(&self, name: &str, password: &str, code: Option<&str>) -> Result<Person, HubError> {
        self.sign_in_from(name, password, code, &peer()).await
    }

    async fn sign_in_from(
        &self,
        name: &str,
        password: &str,
        code: Option<&str>,
        peer: &Peer,
    ) -> Result<Person, HubError> {
        let given = SignIn { name: name.to_owned(), password: secret(password), code: code.map(secret) };
        let signed_in = self.hub.sign_in(&given, peer).await?;
        Ok(Person { caller: signed_in.caller, token: signed_in.token })
    }

    /// Who they are, if they still are.
    async fn resume(&self, person: &Person) -> Result<Caller, HubError> {
        self.hub.session_resume(&person.token, &peer()).await
    }

    async fn is_signed_in(&self, person: &Person) -> bool {
        self.resume(person).await.is_ok()
    }

    /// Sets up a second factor, and returns its secret and the recovery codes.
    async fn with_second_factor(&self, person: &Person) -> (SecretString, RecoveryCodes) {
        let enrolment = self.hub.second_factor_begin(&person.caller).await.unwrap();
        let code = secret(&code_of(&enrolment.secret, 0));
        let codes = self.hub.second_factor_confirm(&person.caller, &code).await.unwrap();
        (enrolment.secret, codes)
    }

    /// The records of an action, oldest first.
    async fn records(&self, action: &str) -> Vec<AuditRecord> {
        let filter = AuditFilter { since: None, action: Some(action.to_owned()), actor: None, limit: usize::MAX };
        let mut records = self.store.audit_list(&filter).await.unwrap();
        records.reverse();
        records
    }

    async fn record_count(&self) -> usize {
        let filter = AuditFilter { since: None, action: None, actor: None, limit: usize::MAX };
        self.store.audit_list(&filter).await.unwrap().len()
    }

    /// That the audit log is one chain still.
    async fn is_sound(&self) {
        let verdict = self.store.audit_verify(&AuditEvidence::default()).await.unwrap();
        assert!(verdict.is_sound(), "{verdict:?}");
    }
}

fn peer() -> Peer {
    Peer { address: Some("192.0.2.7".parse().unwrap()), agent: Some("a test".to_owned()) }
}

fn peer_at(address: &str) -> Peer {
    Peer { address: Some(address.parse().unwrap()), agent: None }
}

fn account(name: &str) -> NewAccount {
    NewAccount { name: name.to_owned(), display_name: String::new(), email: None, password: secret(PASSWORD) }
}

/// The code that a device shows so many steps from now.
fn code_of(secret: &SecretString, steps: i64) -> String {
    let secret = Secret::try_from_base32(secret.expose_secret()).unwrap();
    let device = Builder::new().with_secret(secret).build().unwrap();
    device.generate(u64::try_from(NOW.get() + steps * 30).unwrap()).to_string()
}

fn code<T>(result: Result<T, HubError>) -> &'static str {
    result.map(drop).unwrap_err().code()
}
