//! Quotas and limits.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::table::Route;
use crate::cloudsmith::caller::Call;
use crate::cloudsmith::organization::{Organization, Role};
use crate::cloudsmith::quota::{PLAN, bytes};
use crate::cloudsmith::refuse::{Reply, not_found};
use crate::cloudsmith::schema::usage::{LIMITS, LIMITS_UPDATE, QUOTA, QUOTA_HISTORY};
use crate::cloudsmith::world::iso;
use crate::wire::Answer;

const DAYS: u64 = 30;

pub(super) static ROUTES: &[Route] = &[
    Route::get("/quota/{owner}/", "quota_read", quota).gives(&QUOTA),
    Route::get("/quota/history/{owner}/", "quota_history_read", history).gives(&QUOTA_HISTORY),
    Route::get("/quota/oss/{owner}/", "quota_oss_read", quota).gives(&QUOTA),
    Route::get("/quota/oss/history/{owner}/", "quota_oss_history_read", history).gives(&QUOTA_HISTORY),
    Route::get("/orgs/{org}/usage-limits/", "orgs_retrieve_usage_limits", limits).gives(&LIMITS),
    Route::patch("/orgs/{org}/usage-limits/", "orgs_update_usage_limits", set_limits)
        .takes_part(&LIMITS_UPDATE)
        .gives(&LIMITS),
];

fn quota(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    call.enter(owner)?;
    let used = PLAN / 100;
    let shown = json!({
        "configured": bytes(PLAN), "percentage_used": "1%", "plan_limit": bytes(PLAN), "used": bytes(used),
    });
    let counted = json!({ "configured": PLAN, "percentage_used": "1.00", "plan_limit": PLAN, "used": used });
    let with_peak = |usage: &Value, peak: Value| {
        let mut usage = usage.clone();
        usage["peak"] = peak;
        usage
    };
    Ok(Answer::ok(&json!({ "usage": {
        "display": { "bandwidth": shown, "storage": with_peak(&shown, json!(bytes(used))) },
        "raw": { "bandwidth": counted, "storage": with_peak(&counted, json!(used)) },
    } })))
}

fn history(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [owner] = arguments else { return Err(not_found()) };
    call.enter(owner)?;
    let used = PLAN / 100;
    let shown = json!({ "limit": bytes(PLAN), "percentage": "1%", "used": bytes(used) });
    let counted = json!({ "limit": PLAN, "percentage": "1.00", "used": used });
    let start = earlier(call.world.now, Duration::from_secs(DAYS * 24 * 3600));
    Ok(Answer::ok(&json!({ "history": [{
        "days": DAYS,
        "display": { "downloaded": shown, "storage_used": shown, "uploaded": shown },
        "end": iso(call.world.now),
        "plan": "Ultra",
        "raw": { "downloaded": counted, "storage_used": counted, "uploaded": counted },
        "start": iso(start),
    }] })))
}

fn earlier(moment: Timestamp, time: Duration) -> Timestamp {
    let time = SignedDuration::try_from(time).unwrap_or(SignedDuration::ZERO);
    moment.checked_sub(time).unwrap_or(moment)
}

fn limits(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Manager)?;
    Ok(Answer::ok(&written(call.at(inside.home)?)))
}

fn set_limits(call: &mut Call<'_>, arguments: &[&str]) -> Reply {
    let [org] = arguments else { return Err(not_found()) };
    let inside = call.enter_as(org, Role::Owner)?;
    let fields = call.fields()?;
    let organization = call.at_mut(inside.home)?;
    let limits = &mut organization.limits;
    let number = |name: &str, before: u64| fields.get(name).map_or(before, |value| value.as_u64().unwrap_or(0));
    limits.bandwidth_overage = number("bandwidth_overage_limit", limits.bandwidth_overage);
    limits.storage_overage = number("storage_overage_limit", limits.storage_overage);
    if let Some(allowed) = fields.get("allow_open_source_overage").and_then(Value::as_bool) {
        limits.allow_open_source_overage = allowed;
    }
    Ok(Answer::ok(&written(organization)))
}

fn written(organization: &Organization) -> Value {
    let limits = &organization.limits;
    json!({
        "allow_open_source_overage": limits.allow_open_source_overage,
        "bandwidth_maximum": PLAN,
        "bandwidth_overage_limit": limits.bandwidth_overage,
        "storage_maximum": PLAN,
        "storage_overage_limit": limits.storage_overage,
    })
}
