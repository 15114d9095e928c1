//! The application as a value: build it, ask its port, run it until it is stopped. A test starts the real thing on port 0.

pub mod checks;

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::{Server, ServerHandle};
use actix_web::middleware::from_fn;
use actix_web::{HttpServer, web};
use anyhow::Context;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::{Notify, watch};

use crate::admin::{self, Admin};
use crate::api::Services;
use crate::audit::Audit;
use crate::auth::{Admins, BodyBudget, Gate, Hosts, TenantCache, UnderPrefix};
use crate::config::{DatabaseUrl, SettingError, Settings};
use crate::connect::descriptor::{self, Product};
use crate::connect::forge::Forge;
use crate::connect::host::HostClient;
use crate::connect::install_keys::InstallKeys;
use crate::db::{self, Db, DbError, Feed, Id, OpenOptions, Schema, columns, deployment};
use crate::erasure::{self, Eraser};
use crate::jobs::{self, Environment, Worker};
use crate::mail::{Address, Mailer};
use crate::metrics::Metrics;
use crate::moves::{Here, Moves};
use crate::operation::{Ingest, Operation};
use crate::policy::datamap::{DataMap, DataMapError, Database, Engine};
use crate::policy::{ClassName, Deployment, Policy, PolicyError};
use crate::rights::{Export, Records};
use crate::routes;
use crate::sinks::Sinks;
use crate::staff::Staff;
use crate::support::Support;
use crate::telemetry::{self, AccessLog, AccessWriter, Retention};
use crate::tenancy::Tenancy;
use crate::tickets::Tickets;
use crate::vault::{MasterKey, Vault};
use crate::web::access::Access;
use crate::web::console::Console;
use crate::web::description::Description;
use crate::web::finish::finish;
use crate::web::pages::Pages;

/// How long requests under way may take after the service was told to stop.
const SHUTDOWN_SECONDS: u64 = 10;

/// How the databases are opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Databases {
    /// Missing SQLite files are made, SQLite is migrated: `serve` and `work`.
    PrepareSqlite,
    /// Everything is made and migrated: `migrate`.
    PrepareAll,
    /// Only what stands already: every other command.
    AsTheyAre,
}

/// A service that is bound to its port and not running yet.
pub struct App {
    server: Server,
    address: SocketAddr,
    services: web::Data<Services>,
    worker: Worker,
    admin: Admin,
    access_log: AccessLog,
    _access_writer: AccessWriter,
}

impl App {
    pub async fn build(settings: Settings) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(settings.listen)
            .with_context(|| format!("KEPT_LISTEN: cannot listen on {}", settings.listen))?;
        let address = listener.local_addr()?;
        let admin = admin::bind(settings.admin_listen)?;
        let services = web::Data::new(open_services(settings, Databases::PrepareSqlite).await?);
        // The cache holds its feed; held in turn, it would live for ever, with its databases.
        let tenants = Arc::downgrade(&services.tenants);
        let feed = Feed::start(&services.main, move |change| {
            if let Some(tenants) = tenants.upgrade() {
                tenants.changed(change);
            }
        })?;
        services.tenants.obey(feed);
        prune_logs(&services);
        let (access_log, _access_writer) =
            telemetry::start_access(&services.settings, services.log_retention)?;
        let worker = worker(&services);
        worker.schedule_recurring().await?;
        let access = Access::new(access_log.clone(), &services.settings, services.policy.kept_bits());
        let gate = web::Data::new(gate(&services)?);
        let server = server(listener, services.clone(), gate, web::Data::new(access))?;
        let admin = Admin::on(admin, services.clone())?;
        Ok(Self { server, address, services, worker, admin, access_log, _access_writer })
    }

    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The port of the operators' side.
    pub fn admin_port(&self) -> u16 {
        self.admin.port()
    }

    /// The access log, for whoever cannot wait until its lines are written.
    pub fn access_log(&self) -> AccessLog {
        self.access_log.clone()
    }

    pub fn services(&self) -> web::Data<Services> {
        self.services.clone()
    }

    /// Stops the server from elsewhere.
    pub fn handle(&self) -> ServerHandle {
        self.server.handle()
    }

    /// Serves and works until the signal; the job under way is finished, and requests too unless there is haste.
    pub async fn run_until_stopped(self, mut signal: StopSignal) -> anyhow::Result<()> {
        let (stop, stopped) = watch::channel(false);
        let worker = self.worker;
        let wake = self.services.wake.clone();
        let admin = self.admin.run();
        let mut working = tokio::spawn(async move { worker.run_until(stopped, wake).await });
        let (handle, mut server) = (self.server.handle(), std::pin::pin!(self.server));
        let served = tokio::select! {
            served = &mut server => served,
            // A service that only answers would look well while nothing is erased any more.
            ended = &mut working => {
                handle.stop(true).await;
                return Err(anyhow::anyhow!("the worker died: {ended:?}"));
            }
            haste = signal.received() => tokio::join!(server, handle.stop(haste == Haste::Graceful)).0,
        };
        let _ = stop.send(true);
        working.await.context("the worker died")?;
        admin.stop().await;
        served.context("the server died")
    }

    /// Serves without a worker: the caller steps the jobs by hand.
    pub async fn serve_only(self) -> anyhow::Result<()> {
        let admin = self.admin.run();
        let served = self.server.await;
        admin.stop().await;
        served.context("the server died")
    }
}

/// How a service is asked to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Haste {
    Graceful,
    AtOnce,
}

/// SIGTERM or SIGINT, heard from the moment that this is made: whoever is told that we serve may tell us to stop.
pub struct StopSignal {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignal {
    pub fn listen() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    /// Waits for either. SIGTERM leaves time for requests under way; whoever presses Ctrl-C does not want to wait.
    pub async fn received(&mut self) -> Haste {
        tokio::select! {
            _ = self.terminate.recv() => Haste::Graceful,
            _ = self.interrupt.recv() => Haste::AtOnce,
        }
    }
}

/// Opens everything that handlers and commands work with.
pub async fn open_services(settings: Settings, databases: Databases) -> anyhow::Result<Services> {
    let policy = Arc::new(load_policy(&settings)?);
    let clock = settings.clock.clone();
    // A key that cannot be read is said before any database is made.
    MasterKey::check(&settings.master_key)?;
    let (main, keyring) = open_databases(&settings, databases).await?;
    check_data_map(&policy, &main, &keyring).await?;
    let master = master_key(&settings, &keyring).await?;
    let vault = Vault::open(keyring.clone(), master, clock.clone()).await?;
    let tenancy = Tenancy::new(main.clone(), vault.clone(), policy.clone(), clock.clone());
    let (app_key, hosts) = (settings.app_key.clone(), settings.hosts.clone());
    let host = HostClient::new(app_key, hosts, settings.is_production(), clock.clone())?;
    let api_hosts = settings.forge.as_ref().map(|forge| forge.api_hosts.clone());
    let host = host.with_api_hosts(api_hosts.unwrap_or_default());
    let eraser = Eraser::new(
        &tenancy,
        main.clone(),
        vault.clone(),
        clock.clone(),
        erasure::tables_of_a_tenant(DataMap::builtin()?),
    )
    .with_sinks(Sinks::processors(settings.jsm.as_ref(), &policy));
    let moves = Moves::new(
        main.clone(),
        &tenancy,
        vault.clone(),
        eraser.clone(),
        clock.clone(),
        Here::of(&settings)?,
    )?;
    let base_url = settings.base_url.to_string();
    let names = Sinks::names(settings.jsm.as_ref());
    let tickets = Tickets::new(main.clone(), vault.clone(), tenancy.clone(), clock.clone(), &base_url, names);
    let tickets = tickets.telling(support_address(&settings)?);
    let (account, https_only) = (settings.jsm.as_ref(), settings.is_production());
    let sinks =
        Sinks::new(main.clone(), vault.clone(), policy.clone(), tickets.clone(), account, https_only)?;
    let mailer = Mailer::new(&settings, &policy)?;
    let operation = Operation::new(main.clone(), vault.clone(), policy.clone(), clock.clone());
    let audit = Audit::new(main.clone(), vault.clone(), policy.clone(), clock.clone());
    let staff = Staff::new(main.clone(), vault.clone(), policy.clone(), clock.clone(), audit.clone());
    let metrics = Metrics::default();
    let support = Support::new(
        main.clone(),
        vault.clone(),
        tenancy.clone(),
        operation.clone(),
        clock.clone(),
        settings.log_dir.clone(),
        metrics.clone(),
    );
    let render = |product| {
        let max = settings.moves.as_ref().map(|moves| moves.max);
        descriptor::render(product, &settings.base_url, &settings.region_base_urls, max, &settings.app_key)
    };
    Ok(Services {
        jira_descriptor: render(Product::Jira).map_err(anyhow::Error::msg)?,
        confluence_descriptor: render(Product::Confluence).map_err(anyhow::Error::msg)?,
        ingest: Ingest::new(operation.clone()),
        operation,
        tickets,
        sinks,
        records: Records::new(main.clone(), vault.clone(), tenancy.clone()),
        export: Export::new(main.clone(), vault.clone(), tenancy.clone(), clock.clone()),
        tenants: Arc::new(TenantCache::new(tenancy.clone(), vault.clone())),
        wake: Arc::new(Notify::new()),
        host: Arc::new(host),
        metrics,
        support,
        log_retention: log_retention(&policy),
        settings,
        clock,
        policy,
        main,
        keyring,
        vault,
        tenancy,
        audit,
        staff,
        eraser,
        mailer,
        moves,
    })
}

/// Where the vendor's own support hears of new reports.
fn support_address(settings: &Settings) -> Result<Option<Address>, SettingError> {
    let wrong =
        |_| SettingError::new("KEPT_SUPPORT_EMAIL", "expected one mail address such as help@example.com");
    settings.support_email.as_deref().map(|text| Address::parse(text).map_err(wrong)).transpose()
}

/// Nothing may be stored that the policy does not speak of: a column without a class stops the start.
async fn check_data_map(policy: &Policy, main: &Db, keyring: &Db) -> anyhow::Result<()> {
    let map = DataMap::builtin()?;
    let mut found = map.uncovered(policy);
    for (database, db) in [(Database::Main, main), (Database::Keyring, keyring)] {
        let live = db.read(|conn| Ok::<_, DbError>(columns::live(conn)?)).await?;
        let engine = match db.url() {
            DatabaseUrl::Sqlite(_) => Engine::Sqlite,
            DatabaseUrl::Postgres(_) => Engine::Postgres,
        };
        found.extend(map.differences(database, engine, &live));
    }
    if found.is_empty() { Ok(()) } else { Err(DataMapError(found).into()) }
}

/// The master key. In development one is made for a keyring without keys; one with keys needs the key that wrapped them.
pub async fn master_key(settings: &Settings, keyring: &Db) -> anyhow::Result<MasterKey> {
    let is_wrapped = keyring.read(|conn| Ok::<_, DbError>(db::keyring::holds_keys(conn)?)).await?;
    Ok(MasterKey::load(&settings.master_key, settings.master_key_previous.as_ref(), !is_wrapped)?)
}

/// Opens both databases and makes sure that they belong together.
pub async fn open_databases(settings: &Settings, databases: Databases) -> anyhow::Result<(Db, Db)> {
    let (settings, fresh) = (settings.clone(), Id::new(settings.clock.now()));
    // Drivers block, and a database that is away may take its time to say so.
    let opened = tokio::task::spawn_blocking(move || open_both(&settings, databases));
    let (main, keyring) = opened.await.context("opening the databases panicked")??;
    pair(&main, &keyring, fresh).await?;
    Ok((main, keyring))
}

/// What stands is opened and asked before anything is made: a mistyped URL must not leave a new file behind.
fn open_both(settings: &Settings, databases: Databases) -> anyhow::Result<(Db, Db)> {
    let (main_url, keyring_url) = (&settings.database_url, &settings.keyring_url);
    let creates = databases != Databases::AsTheyAre;
    let open = |url: &DatabaseUrl, schema| {
        let is_sqlite = matches!(url, DatabaseUrl::Sqlite(_));
        let options = OpenOptions {
            schema,
            pool: settings.database_pool,
            reads: settings.reads,
            create_in: creates.then_some(settings.data_dir.as_path()),
            migrate: databases == Databases::PrepareAll
                || (databases == Databases::PrepareSqlite && is_sqlite),
        };
        Db::open(url, &options)
    };
    let open_main = || open(main_url, Schema::Main).context("DATABASE_URL");
    let open_keyring = || open(keyring_url, Schema::Keyring).context("KEPT_KEYRING_URL");
    if db::are_one_file(main_url, keyring_url) {
        return Err(
            DbError::WrongPair("KEPT_KEYRING_URL: expected another database than DATABASE_URL").into()
        );
    }
    if creates {
        db::check_place(main_url, &settings.data_dir).context("DATABASE_URL")?;
        db::check_place(keyring_url, &settings.data_dir).context("KEPT_KEYRING_URL")?;
    }
    match (creates && db::is_missing(main_url), creates && db::is_missing(keyring_url)) {
        (true, false) => {
            let keyring = open_keyring()?;
            keyring.maintain_here(deployment::check_new_main)?;
            Ok((open_main()?, keyring))
        }
        (false, true) => {
            let main = open_main()?;
            main.maintain_here(deployment::check_new_keyring)?;
            Ok((main, open_keyring()?))
        }
        _ => Ok((open_main()?, open_keyring()?)),
    }
}

async fn pair(main: &Db, keyring: &Db, fresh: Id) -> Result<(), DbError> {
    let keyring_url = keyring.clone();
    main.maintain(move |main| keyring_url.maintain_here(|keyring| deployment::pair(main, keyring, fresh)))
        .await
}

pub fn load_policy(settings: &Settings) -> anyhow::Result<Policy> {
    let policy = Policy::load(&settings.policy).context("KEPT_POLICY")?;
    let uncovered = policy.uncovered(&Deployment::of(settings));
    if uncovered.is_empty() {
        Ok(policy)
    } else {
        // What the statement does not speak about must not happen.
        Err(PolicyError::Faulty(uncovered)).context("KEPT_POLICY")
    }
}

/// How long the streams of the log are kept.
pub fn log_retention(policy: &Policy) -> Retention {
    Retention {
        access_keep_days: policy.log_keep_days(ClassName::AccessLog),
        app_keep_days: policy.log_keep_days(ClassName::AppLog),
    }
}

/// Removes what became too old while nothing ran. A folder that cannot be cleaned up is no reason not to serve: the job
/// tries again, and the metrics show the age.
pub fn prune_logs(services: &Services) {
    let now = services.clock.now();
    if let Err(error) = telemetry::prune(&services.settings.log_dir, now, &services.log_retention) {
        tracing::warn!(%error, "log files whose time is over cannot be removed");
    }
}

/// A worker of these services.
pub fn worker(services: &Services) -> Worker {
    Worker::new(environment(services))
}

/// What jobs may use of these services.
pub fn environment(services: &Services) -> Environment {
    Environment {
        db: services.main.clone(),
        keyring: services.keyring.clone(),
        vault: services.vault.clone(),
        tenancy: services.tenancy.clone(),
        staff: services.staff.clone(),
        eraser: services.eraser.clone(),
        mailer: services.mailer.clone(),
        moves: services.moves.clone(),
        base_url: services.settings.base_url.to_string(),
        operation: services.operation.clone(),
        tickets: services.tickets.clone(),
        sinks: services.sinks.clone(),
        clock: services.clock.clone(),
        product: Arc::new(Hosts(services.host.clone())),
        metrics: services.metrics.clone(),
        log_dir: services.settings.log_dir.clone(),
        log_retention: services.log_retention,
    }
}

/// Whether this version runs jobs of this kind; others are held.
pub fn has_handler(kind: &str) -> bool {
    kind.parse().is_ok_and(|kind| jobs::handler(kind).is_some())
}

fn gate(services: &Services) -> anyhow::Result<Gate> {
    let settings = &services.settings;
    let (clock, production) = (services.clock.clone(), settings.is_production());
    let forge = settings.forge.as_ref().map(|forge| Forge::new(forge, production, clock.clone()));
    let base_urls = std::iter::once(&settings.base_url).chain(&settings.former_base_urls).cloned().collect();
    Ok(Gate {
        app_key: settings.app_key.clone(),
        base_urls,
        tenants: services.tenants.clone(),
        tenancy: services.tenancy.clone(),
        install_keys: InstallKeys::new(settings.install_keys_urls.clone(), production, clock.clone())?,
        forge: forge.transpose()?,
        host: services.host.clone(),
        admins: Admins::default(),
        budget: BodyBudget::default(),
        staff: services.staff.clone(),
        audit: services.audit.clone(),
        moves: services.moves.clone(),
        trusted_proxies: settings.trusted_proxies.clone(),
        clock,
    })
}

fn server(
    listener: TcpListener,
    services: web::Data<Services>,
    gate: web::Data<Gate>,
    access: web::Data<Access>,
) -> std::io::Result<Server> {
    let prefix = services.settings.base_url.path().to_owned();
    let pages = web::Data::new(Pages::new(&services.settings));
    let console = web::Data::new(Console::new(&services.settings));
    let description = web::Data::new(Description::of(|| routes::table().description()));
    let server = HttpServer::new(move || {
        let app = actix_web::App::new()
            .app_data(services.clone())
            .app_data(pages.clone())
            .app_data(console.clone())
            .app_data(description.clone())
            .app_data(gate.clone())
            .app_data(access.clone())
            .app_data(routes::PathPrefix(prefix.clone()))
            .wrap(from_fn(finish))
            .configure(|config| routes::table().register(config));
        // A proxy may leave the path of the base URL in place, or take it off.
        let app = if prefix.is_empty() {
            app
        } else {
            let scope = web::scope(&prefix).app_data(UnderPrefix);
            app.service(
                scope
                    .configure(|config| routes::table().register(config))
                    .default_service(web::to(routes::fallback)),
            )
        };
        app.default_service(web::to(routes::fallback))
    });
    Ok(server
        .listen(listener)?
        .disable_signals()
        .shutdown_timeout(SHUTDOWN_SECONDS)
        .client_request_timeout(Duration::from_secs(10))
        .keep_alive(Duration::from_secs(75))
        .run())
}
