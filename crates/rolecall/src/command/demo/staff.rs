//! The invented company's people, as its personnel department would export them.

use rolecall_engine::people::{RosterWish, roster_import};
use rolecall_engine::{Context, SyncOptions};
use rolecall_store::Takeover;

use crate::environment;
use crate::exit::Failure;

const STAFF: &str = "\
Employee ID;Name;E-mail;Status;Department;Manager;Last day;npmUsername;cloudsmithSlug
E01;Maria Lund;maria.lund@acme.example;active;Platform;;;maria-lund;maria-lund
E02;Otto Brandt;otto.brandt@acme.example;departed;Platform;E01;2024-10-31;otto.brandt;otto-brandt
E03;Priya Nair;priya.nair@acme.example;active;Platform;E01;;Priya-N;priya-n
E04;Jonas Weber;jonas.weber@acme.example;on leave;Web;E03;;jonas-weber;jonas-weber
E05;Lena Kovac;lena.kovac@acme.example;active;Web;E03;;lena.k;lena-k
E06;Tomek Zielinski;tomek.zielinski@acme.example;active;Payments;E10;;tomek77;
E07;Sofia Ricci;sofia.ricci@acme.example;active;Payments;E10;;;
E08;Henrik Bakke;henrik.bakke@acme.example;active;Web;E04;;HenrikB;henrikb
E09;Amara Diallo;amara.diallo@acme.example;active;Web;E04;;amara-d;amara-d
E10;Yuki Tan;yuki.tan@acme.example;active;Payments;E01;;yuki_tan;yuki_tan
E11;Berit Moen;berit.moen@acme.example;departed;Platform;E01;2024-09-30;berit-left;berit-left
";

/// The directory.
const DIRECTORY: &str = "staff";

/// Brings the roster of when the demo begins.
pub(super) async fn imported(context: &Context) -> Result<(), Failure> {
    import(context, STAFF.to_owned()).await
}

/// Brings that of five weeks later: somebody has left.
pub(super) async fn imported_later(context: &Context) -> Result<(), Failure> {
    let (there, gone) = ("tomek.zielinski@acme.example;active", "tomek.zielinski@acme.example;departed");
    import(context, STAFF.replace(there, gone)).await
}

async fn import(context: &Context, text: String) -> Result<(), Failure> {
    let wish =
        RosterWish { directory: DIRECTORY.to_owned(), text, columns: Vec::new(), date_order: None, is_anew: false };
    let doer = rolecall_engine::work::Doer {
        owner: environment::process("rolecall demo"),
        asked_by: "the demo".to_owned(),
        takeover: Takeover::Any,
    };
    roster_import(context, &wish, &doer, SyncOptions::default())
        .await
        .map(drop)
        .map_err(|error| Failure::new(crate::exit::Exit::Failure, format!("the demo's roster cannot be read: {error}")))
}
