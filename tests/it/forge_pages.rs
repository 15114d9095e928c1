//! The pages as Forge carries them: what an answer must look like to get through, and what takes another way.

use kept::sandbox::{Answer, ForgeModule, Site, Who};
use serde_json::json;

use crate::support::admin::{call, installed, look, press};
use crate::support::place::{Place, code as exit_code, stderr, stdout};
use crate::support::{TestApp, code, send};

const LINK: &str = "/api/v1/data/export/link";

/// What a page of the app asks through Forge.
async fn invoke(site: &Site, who: Who, method: &str, path: &str) -> Answer {
    site.invoke_remote(who, method, &format!("/forge{path}"), None).await
}

fn content_type(answer: &Answer) -> &str {
    answer.headers.iter().find(|(name, _)| name == "content-type").map_or("", |(_, value)| value)
}

/// Forge hands a refusal on to a page only as `application/json`.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_gets_through_forge_with_its_code() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    for (who, method, path, status, told) in [
        (Who::Member, "GET", "/api/v1/data/summary", 403, "admin_required"),
        (Who::Admin, "GET", "/api/v1/nothing", 404, "not_found"),
        (Who::Admin, "DELETE", "/api/v1/session", 405, "method_not_allowed"),
        (Who::Admin, "GET", "/api/v1/timeline?limit=0", 400, "invalid_parameter"),
    ] {
        let answer = invoke(&site, who, method, path).await;
        assert_eq!((answer.status, code(&answer).as_str()), (status, told), "{path}");
        assert_eq!(content_type(&answer), "application/json", "{path}");
        assert!(answer.json()["requestId"].is_string(), "{path}");
    }
    let under_connect = app.get(&format!("{}/api/v1/session", app.url)).await;
    assert_eq!(content_type(&under_connect), "application/problem+json");
}

/// Nobody opens such an address in a browser, whatever a caller says that it accepts; and Forge's tokens are bearer tokens (RFC 6750).
#[tokio::test(flavor = "multi_thread")]
async fn an_address_for_forge_answers_programs_alone() {
    let app = TestApp::start().await;
    for path in ["/forge", "/forge/nothing", "/forge/api/v1/session"] {
        let answer = send(app.request("GET", path).header("accept", "text/html,*/*")).await;
        assert_eq!(content_type(&answer), "application/json", "{path}: {}", answer.body);
        if answer.status == 401 {
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{path}");
        }
    }
    let under_connect = app.get(&format!("{}/api/v1/session", app.url)).await;
    assert_eq!(under_connect.header("www-authenticate"), Some("JWT"));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_manifest_may_ask_and_learns_where_the_public_pages_are() {
    let app = TestApp::start().await;
    for name in ["jira", "confluence"] {
        let site = app.site(name);
        site.install_on_forge().await;
        for page in [ForgeModule::admin_page(site.product()), ForgeModule::report_page(site.product())] {
            let answer = site.invoke_from(page, Who::Admin, "GET", "/forge/api/v1/session", &[], None).await;
            assert_eq!(answer.status, 200, "{page:?}");
            assert_eq!(answer.json()["publicUrl"], app.services.settings.base_url.as_str(), "{page:?}");
            assert_eq!(answer.json()["site"], site.site_url(), "{page:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn website_42_an_administrator_gets_everything_by_a_link_that_works_once_under_connect_and_under_forge()
{
    let app = TestApp::start().await;
    let under_connect = installed(&app, "jira").await;
    let under_forge = app.site("confluence");
    under_forge.install_on_forge().await;
    let answers = [
        call(&app, &under_connect, "POST", LINK, None).await,
        invoke(&under_forge, Who::Admin, "POST", LINK).await,
    ];
    for answer in answers {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let url = answer.json()["url"].as_str().unwrap().to_owned();
        let token = url.rsplit('/').next().unwrap();
        assert!(look(&app, token).await.body.contains("Download your data"));
        let file = press(&app, token, "export").await;
        assert_eq!((file.status, content_type(&file)), (200, "application/zip"));
        assert_eq!(press(&app, token, "export").await.status, 404, "it works once");
    }
    let timeline = invoke(&under_forge, Who::Admin, "GET", "/api/v1/timeline").await;
    assert!(timeline.body.contains("export"), "{}", timeline.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_to_an_export_is_for_administrators_and_for_a_quarter_of_an_hour() {
    let app = TestApp::start().await;
    let site = app.site("jira");
    site.install_on_forge().await;
    let refused = invoke(&site, Who::Member, "POST", LINK).await;
    assert_eq!((refused.status, code(&refused).as_str()), (403, "admin_required"));
    let answer = invoke(&site, Who::Admin, "POST", LINK).await.json();
    let token = answer["url"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
    assert_eq!(answer["expiresAt"], json!(app.clock.now().plus(std::time::Duration::from_secs(900))));
    app.advance(std::time::Duration::from_secs(900));
    assert_eq!(press(&app, &token, "export").await.status, 404);
    app.run_jobs().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_command_prints_a_manifest_that_this_very_service_answers() {
    let app = "ari:cloud:ecosystem::app/8db33809-1f32-48bb-8c52-5877dab48107";
    let at_home = Place::new().await.with("KEPT_FORGE_APP_ID", app);
    let place = at_home.with("KEPT_BASE_URL", "https://app.example.com");
    for connect in ["everything", "life-cycle", "nothing"] {
        let output = place.run(&["manifest", "--connect", connect]);
        assert_eq!((exit_code(&output), stderr(&output).as_str()), (0, ""), "{connect}");
        assert!(stdout(&output).contains(app), "{connect}");
        assert_eq!(stdout(&output).contains("connectModules"), connect != "nothing");
    }
    let jira = place.run(&["manifest", "--product", "jira"]);
    assert!(!stdout(&jira).contains("confluence"));
    let nowhere = at_home.with("KEPT_BASE_URL", "http://localhost:8080").run(&["manifest"]);
    assert_eq!(exit_code(&nowhere), 1);
    assert!(stderr(&nowhere).contains("KEPT_BASE_URL"), "{}", stderr(&nowhere));
    assert_eq!(stdout(&nowhere), "");
}
