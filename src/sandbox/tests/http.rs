//! What the site answers: to the app, and to its own page.

use std::time::Duration;

use serde_json::{Value, json};

use super::super::{KeyServer, Sandbox, Who, desk, serve};
use super::{get, start};
use crate::connect::qsh::Qsh;

#[tokio::test]
async fn the_key_server_can_hang_up_and_everything_received_is_written_down() {
    let (sandbox, _) = start().await;
    let url = format!("{}/{}", sandbox.install_keys_url(), sandbox.key_id());
    sandbox.faults().set_key_server(KeyServer::Down);
    assert!(get(url.clone()).await.is_err());
    sandbox.faults().set_key_server(KeyServer::Slow(Duration::from_millis(1)));
    assert_eq!(get(url).await.unwrap().status(), 200);
    let statuses: Vec<_> = sandbox.recorded().into_iter().map(|line| line.status).collect();
    assert_eq!(statuses, [0, 200]);
}

#[tokio::test]
async fn the_rest_api_takes_the_apps_token_for_its_own_request_only() {
    let (sandbox, _) = start().await;
    let site = sandbox.site("confluence");
    site.install().await;
    let path = format!("/rest/api/user?accountId={}&expand=operations", site.user(Who::Admin).unwrap());
    let signed = |path: &str| {
        let (path, query) = path.split_once('?').unwrap();
        let now = 1_800_000_000;
        let qsh = Qsh::of("GET", path, Some(query)).unwrap();
        site.sign(&json!({"iss": "kept", "iat": now, "exp": now + 60, "qsh": qsh.as_str()}))
    };
    let ask = |path: String, token: String| async move {
        let request = serve::client().unwrap().get(path).header("authorization", format!("JWT {token}"));
        request.send().await.unwrap()
    };
    let answer = ask(format!("{}{path}", site.base_url()), signed(&path)).await;
    assert_eq!(answer.status(), 200);
    let user: Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert!(
        user["operations"]
            .as_array()
            .unwrap()
            .contains(&json!({"operation": "administer", "targetType": "application"}))
    );
    let other = ask(format!("{}{path}", site.base_url()), signed("/rest/api/user?accountId=x")).await;
    assert_eq!(other.status(), 401);
}

#[test]
fn it_starts_in_an_actix_runtime_too_and_stops() {
    actix_web::rt::System::new().block_on(async {
        let (sandbox, _) = start().await;
        assert_eq!(sandbox.site("jira").install().await.status, 204);
        sandbox.stop().await;
        assert!(get(sandbox.install_keys_url()).await.is_err());
    });
}

async fn press(sandbox: &Sandbox, action: &str, details: Value) -> (u16, Value) {
    let url = format!("{}/sandbox/api/{action}", sandbox.url());
    let answer = serve::client().unwrap().post(url).json(&details).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_str(&answer.text().await.unwrap()).unwrap_or_default())
}

#[tokio::test]
async fn the_buttons_of_the_page_do_what_they_say() {
    let (sandbox, heard) = start().await;
    let (_, said) = press(&sandbox, "install", json!({"site": "jira"})).await;
    assert_eq!((&said["ok"], &said["status"]), (&json!(true), &json!(204)));
    assert_eq!(heard.last().0, "/connect/enabled");
    press(&sandbox, "issue", json!({"site": "jira", "key": "DEMO-1", "status": "Done"})).await;
    assert_eq!(heard.last().2["changelog"]["items"][0]["toString"], json!("Done"));
    press(&sandbox, "uninstall", json!({"site": "jira"})).await;
    assert_eq!(sandbox.site("jira").shared_secret(), None);
    assert_eq!(press(&sandbox, "rename", json!({"site": "jira", "name": "../etc"})).await.0, 400);
    assert_eq!(press(&sandbox, "explode", json!({"site": "jira"})).await.0, 404);
}

#[tokio::test]
async fn an_install_without_an_app_says_what_to_do() {
    let (sandbox, _) = start().await;
    sandbox.set_app_url("http://127.0.0.1:1");
    let (_, said) = press(&sandbox, "install", json!({"site": "jira"})).await;
    assert_eq!(said["ok"], json!(false));
    assert!(said["message"].as_str().unwrap().contains("Start Kept"));
}

#[tokio::test]
async fn a_renamed_site_redirects_from_its_former_address() {
    let (sandbox, _) = start().await;
    let site = sandbox.site("acme");
    let before = site.base_url();
    site.rename("acme-new").await;
    let answer = get(format!("{before}/rest/api/3/myself?a=1")).await.unwrap();
    assert_eq!(answer.status(), 307);
    let location = answer.headers()["location"].to_str().unwrap();
    assert_eq!(location, format!("{}/rest/api/3/myself?a=1", site.base_url()));
}

#[tokio::test]
async fn the_page_shows_what_stands_at_the_desk_and_moves_it() {
    let (sandbox, _) = start().await;
    let fields = json!({"summary": "It broke", "description": "Since noon"});
    let asked = json!({"serviceDeskId": desk::SERVICE_DESK, "requestTypeId": desk::REQUEST_TYPE, "requestFieldValues": fields});
    let url = format!("{}/rest/servicedeskapi/request", sandbox.desk_url());
    let request = serve::client().unwrap().post(url).basic_auth(desk::EMAIL, Some(desk::TOKEN)).json(&asked);
    assert_eq!(request.send().await.unwrap().status(), 201);
    let shown = async || -> Value {
        let state = get(format!("{}/sandbox/api/state", sandbox.url())).await.unwrap();
        serde_json::from_str::<Value>(&state.text().await.unwrap()).unwrap()["desk"].take()
    };
    let before = shown().await;
    let request = &before["requests"][0];
    assert_eq!((&before["count"], &request["summary"]), (&json!(1), &json!("It broke")));
    assert_eq!((&request["onBehalfOf"], &request["madeBy"]), (&json!(null), &json!(desk::EMAIL)));
    for status in before["statuses"].as_array().unwrap() {
        let moved = json!({"site": "jira", "key": request["key"], "status": status});
        assert_eq!(press(&sandbox, "desk-status", moved).await.0, 200);
        assert_eq!(&shown().await["requests"][0]["status"], status);
    }
    let said = json!({"site": "jira", "key": request["key"], "text": "We look at it", "isPublic": false});
    assert_eq!(press(&sandbox, "desk-comment", said).await.0, 200);
    let comment = &shown().await["requests"][0]["comments"][0];
    assert_eq!((&comment["body"], &comment["isPublic"]), (&json!("We look at it"), &json!(false)));
    let wrong = json!({"site": "jira", "key": request["key"], "status": "Lost"});
    assert_eq!(press(&sandbox, "desk-status", wrong).await.0, 400);
    let nobody = json!({"site": "jira", "key": "HELP-1", "status": "Resolved"});
    assert_eq!(press(&sandbox, "desk-status", nobody).await.0, 404);
}

#[tokio::test]
async fn the_sites_time_can_be_moved() {
    let (sandbox, _) = start().await;
    let site = sandbox.site("jira");
    let (_, said) = press(&sandbox, "clock", json!({"site": "jira", "at": "2027-05-22T00:00:00Z"})).await;
    assert_eq!(said["ok"], json!(true), "{said}");
    assert_eq!(site.context_claims(None)["iat"], json!(1_810_944_000));
    assert_eq!(press(&sandbox, "clock", json!({"site": "jira", "at": "tomorrow"})).await.0, 400);
}
