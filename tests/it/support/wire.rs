//! A wire between two deployments: it carries everything on, keeps what it carried, and is cut when told to.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

#[derive(Clone)]
pub struct Wire {
    pub url: String,
    state: Arc<Mutex<State>>,
    /// Hears when it leads elsewhere: what is open ends then.
    turned: Arc<watch::Sender<()>>,
}

#[derive(Default)]
struct State {
    /// Where it leads: host and port.
    to: String,
    carried: Vec<u8>,
    /// So many bytes more are carried there; then it is cut.
    left: Option<usize>,
}

impl Wire {
    /// A wire to this address.
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let state = Arc::new(Mutex::new(State::default()));
        let turned = Arc::new(watch::Sender::new(()));
        let wire = Self { url: format!("http://{}", listener.local_addr().unwrap()), state, turned };
        wire.lead_to(url);
        let carrying = wire.clone();
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                tokio::spawn(carrying.clone().carry(from));
            }
        });
        wire
    }

    pub fn lead_to(&self, url: &str) {
        url.trim_start_matches("http://").clone_into(&mut self.state.lock().unwrap().to);
        self.turned.send_replace(());
    }

    /// It carries so many bytes more in one direction, and is dead then.
    pub fn cut_after(&self, bytes: usize) {
        self.state.lock().unwrap().left = Some(bytes);
    }

    pub fn mend(&self) {
        self.state.lock().unwrap().left = None;
    }

    /// Everything that went over it, both ways.
    pub fn carried(&self) -> Vec<u8> {
        self.state.lock().unwrap().carried.clone()
    }

    async fn carry(self, from: TcpStream) {
        let mut turned = self.turned.subscribe();
        let to = self.state.lock().unwrap().to.clone();
        let Ok(to) = TcpStream::connect(to).await else { return };
        let ((mut source, mut back), (mut answers, mut sink)) = (from.into_split(), to.into_split());
        let (there, here) = (self.clone(), self.clone());
        let sent = async move {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(read @ 1..) = source.read(&mut buffer).await {
                let passed = there.pass(&buffer[..read], true);
                if sink.write_all(&buffer[..passed]).await.is_err() || passed < read {
                    break;
                }
            }
        };
        let answered = async move {
            let mut buffer = vec![0; 16 * 1024];
            while let Ok(read @ 1..) = answers.read(&mut buffer).await {
                here.pass(&buffer[..read], false);
                if here.is_cut() || back.write_all(&buffer[..read]).await.is_err() {
                    break;
                }
            }
        };
        tokio::select! { () = sent => {}, () = answered => {}, _ = turned.changed() => {} }
    }

    fn is_cut(&self) -> bool {
        self.state.lock().unwrap().left == Some(0)
    }

    /// How many of these bytes go on.
    fn pass(&self, bytes: &[u8], counts: bool) -> usize {
        let mut state = self.state.lock().unwrap();
        let passed = match state.left {
            Some(left) if counts => bytes.len().min(left),
            _ => bytes.len(),
        };
        if counts && let Some(left) = &mut state.left {
            *left -= passed;
        }
        state.carried.extend_from_slice(&bytes[..passed]);
        passed
    }
}
