//! A proxy that closes connections at any moment around a request.

use std::net::SocketAddr;
use std::time::Duration;

use fastrand::Rng;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout_at};

/// What becomes of a connection.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate {
    /// It is closed if no request comes for so long, as all servers do sooner or later. The client hears of that a fifth
    /// of that time later, as over a slow network.
    Unused(Duration),
    /// It is closed once so many bytes of requests have been passed on.
    After(usize),
    /// The proxy says that it will write no more, at once or once so many bytes were passed on, and reads on.
    HalfClosed(usize),
}

/// A proxy to a server, each connection of which has a fate of its own. It ends with the runtime.
pub(crate) async fn start(
    server: SocketAddr,
    mut fate: impl FnMut(&mut Rng) -> Fate + Send + 'static,
) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let mut rng = Rng::with_seed(1);
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, server, fate(&mut rng)));
        }
    });
    address
}

async fn pass(mut client: TcpStream, server: SocketAddr, fate: Fate) -> Option<()> {
    let _ = client.set_nodelay(true);
    let accepted = Instant::now();
    let mut chunk = vec![0; 1 << 16];
    let mut server = TcpStream::connect(server).await.ok()?;
    let mut passed = 0;
    if let Fate::HalfClosed(0) = fate {
        client.shutdown().await.ok()?;
    }
    let first = match fate {
        Fate::Unused(limit) => {
            let first = timeout_at(accepted + limit, client.read(&mut chunk)).await;
            if first.is_err() {
                tokio::time::sleep(limit / 5).await;
            }
            first.ok()?
        }
        _ => client.read(&mut chunk).await,
    };
    let mut read = first.ok().filter(|read| *read > 0)?;
    loop {
        let most = match fate {
            Fate::Unused(_) => usize::MAX,
            Fate::After(bytes) | Fate::HalfClosed(bytes) => bytes,
        };
        let part = read.min(most.saturating_sub(passed));
        server.write_all(&chunk[..part]).await.ok()?;
        passed += part;
        if passed >= most {
            match fate {
                Fate::HalfClosed(_) => {
                    let _ = client.shutdown().await;
                    let _ = tokio::io::copy(&mut client, &mut server).await;
                }
                // What is on its way to the server arrives there.
                _ => drop(client),
            }
            return None;
        }
        let mut answer = vec![0; 1 << 16];
        read = loop {
            tokio::select! {
                read = client.read(&mut chunk) => break read.ok().filter(|read| *read > 0)?,
                answered = server.read(&mut answer) => {
                    let answered = answered.ok().filter(|answered| *answered > 0)?;
                    client.write_all(&answer[..answered]).await.ok()?;
                }
            }
        };
    }
}

/// A proxy that is so far away that every round trip takes so long, that of connecting too. It ends with the runtime.
pub(crate) async fn far(server: SocketAddr, round_trip: Duration) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let half = round_trip / 2;
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(async move {
                let server = TcpStream::connect(server).await?;
                client.set_nodelay(true)?;
                server.set_nodelay(true)?;
                let ((from, back), (answers, to)) = (client.into_split(), server.into_split());
                tokio::spawn(late(answers, back, half, Instant::now()));
                late(from, to, half, Instant::now() + round_trip).await
            });
        }
    });
    address
}

/// Passes on what comes so much later, as if nothing could come before `open`.
async fn late(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    delay: Duration,
    open: Instant,
) -> std::io::Result<()> {
    let (sender, mut passed) = tokio::sync::mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Some((due, bytes)) = passed.recv().await {
            tokio::time::sleep_until(due).await;
            let bytes: Vec<u8> = bytes;
            to.write_all(&bytes).await?;
        }
        to.shutdown().await
    });
    let mut chunk = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut chunk).await?;
        let due = Instant::now().max(open) + delay;
        if read == 0 || sender.send((due, chunk[..read].to_vec())).is_err() {
            return Ok(());
        }
    }
}
