//! A file on its way to the hub: who sends it, its bytes in pieces, and their digest.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use futures::Stream;
use futures::stream::unfold;
use ring::digest::{Context, SHA256};
use rolecall_proto::c1::connectorapi::baton::v1 as proto;
use rolecall_proto::c1::connectorapi::baton::v1::baton_service_upload_asset_request::{
    Msg, UploadData, UploadEof, UploadMetadata,
};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;
use tonic::Status;

/// How many bytes are in a piece; a hub takes twice as many.
const PIECE: usize = 512 * 1024;

/// A file that is sent, perhaps several times.
pub(super) struct Upload {
    task: String,
    path: PathBuf,
}

/// What kept a file from being read to its end.
#[derive(Clone, Default)]
pub(super) struct Trouble(Arc<Mutex<Option<io::Error>>>);

impl Trouble {
    fn set(&self, error: io::Error) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }

    pub(super) fn take(&self) -> Option<Status> {
        let error = self.0.lock().unwrap_or_else(PoisonError::into_inner).take()?;
        Some(unreadable(&error))
    }
}

/// How far it is.
enum Step {
    Begin(File),
    Data(File, Box<Context>),
    Done,
}

impl Upload {
    pub(super) fn new(task: &str, path: &Path) -> Self {
        Self { task: task.to_owned(), path: path.to_owned() }
    }

    /// The whole file from its first byte, as the hub wants it; and what goes wrong on the way.
    pub(super) async fn pieces(
        &self,
        host: &str,
    ) -> Result<(impl Stream<Item = proto::BatonServiceUploadAssetRequest> + Send + 'static, Trouble), Status> {
        let file = File::open(&self.path).await.map_err(|error| unreadable(&error))?;
        let head = UploadMetadata { host_id: host.to_owned(), task_id: self.task.clone(), annotations: Vec::new() };
        let trouble = Trouble::default();
        let told = trouble.clone();
        let pieces = unfold((Step::Begin(file), head), move |(step, head)| {
            let told = told.clone();
            async move {
                let (message, next) = match step.piece(&head).await {
                    Ok(piece) => piece?,
                    Err(error) => {
                        told.set(error);
                        return None;
                    }
                };
                Some((proto::BatonServiceUploadAssetRequest { msg: Some(message) }, (next, head)))
            }
        });
        Ok((pieces, trouble))
    }
}

impl Step {
    async fn piece(self, head: &UploadMetadata) -> io::Result<Option<(Msg, Self)>> {
        match self {
            Self::Begin(file) => {
                Ok(Some((Msg::Metadata(head.clone()), Self::Data(file, Box::new(Context::new(&SHA256))))))
            }
            Self::Data(mut file, mut digest) => {
                let mut data = Vec::with_capacity(PIECE);
                (&mut file).take(PIECE as u64).read_to_end(&mut data).await?;
                if data.is_empty() {
                    let sha256_checksum = digest.finish().as_ref().to_vec();
                    return Ok(Some((Msg::Eof(UploadEof { sha256_checksum, annotations: Vec::new() }), Self::Done)));
                }
                digest.update(&data);
                Ok(Some((Msg::Data(UploadData { data }), Self::Data(file, digest))))
            }
            Self::Done => Ok(None),
        }
    }
}

fn unreadable(error: &io::Error) -> Status {
    Status::internal(format!("the file to send cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use futures::StreamExt as _;

    use super::*;

    #[tokio::test]
    async fn a_file_comes_in_pieces_with_who_sends_it_before_and_its_digest_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let whole: Vec<u8> = (0..PIECE + 3).map(|number| u8::try_from(number % 251).unwrap()).collect();
        std::fs::write(&path, &whole).unwrap();
        let upload = Upload::new("task", &path);
        for _ in 0..2 {
            let (pieces, trouble) = upload.pieces("host").await.unwrap();
            let pieces: Vec<Msg> = pieces.map(|piece| piece.msg.unwrap()).collect().await;
            let [Msg::Metadata(head), Msg::Data(first), Msg::Data(second), Msg::Eof(end)] = &pieces[..] else {
                panic!("{}", pieces.len());
            };
            assert_eq!((head.host_id.as_str(), head.task_id.as_str()), ("host", "task"));
            assert_eq!((first.data.len(), [&first.data[..], &second.data].concat()), (PIECE, whole.clone()));
            assert_eq!(end.sha256_checksum, ring::digest::digest(&SHA256, &whole).as_ref());
            assert!(trouble.take().is_none());
        }
    }

    #[tokio::test]
    async fn what_cannot_be_read_is_told_and_has_no_end() {
        let folder = tempfile::tempdir().unwrap();
        assert!(Upload::new("task", &folder.path().join("nothing")).pieces("host").await.is_err());
        let (pieces, trouble) = Upload::new("task", folder.path()).pieces("host").await.unwrap();
        let pieces: Vec<_> = pieces.collect().await;
        assert_eq!(pieces.len(), 1, "only who sends it");
        assert!(trouble.take().unwrap().message().contains("cannot be read"));
    }
}
