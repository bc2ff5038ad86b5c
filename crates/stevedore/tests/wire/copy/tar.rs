//! Archives made and read by hand, right ones and wrong ones.

pub(crate) const MTIME: i64 = 1_700_000_000;

/// The fields of a header; what is not set is as usual.
pub(crate) struct Header {
    pub(crate) name: Vec<u8>,
    pub(crate) mode: u32,
    pub(crate) size: Vec<u8>,
    pub(crate) flag: u8,
    pub(crate) link: Vec<u8>,
    pub(crate) magic: Vec<u8>,
    pub(crate) device: (u32, u32),
    pub(crate) prefix: Vec<u8>,
    pub(crate) sum: Option<u32>,
}

pub(crate) struct Tar {
    bytes: Vec<u8>,
    last: Option<(Header, Vec<u8>)>,
}

impl Tar {
    pub(crate) fn new() -> Self {
        Self {
            bytes: Vec::new(),
            last: None,
        }
    }

    pub(crate) fn entry(mut self, flag: u8, name: &[u8], link: &[u8], data: &[u8]) -> Self {
        self.flush();
        let header = Header {
            name: name.to_vec(),
            mode: 0o644,
            size: format!("{:011o}", data.len()).into_bytes(),
            flag,
            link: link.to_vec(),
            magic: b"ustar\x0000".to_vec(),
            device: (0, 0),
            prefix: Vec::new(),
            sum: None,
        };
        self.last = Some((header, data.to_vec()));
        self
    }

    /// Changes the header of the last entry.
    pub(crate) fn with(mut self, change: impl FnOnce(&mut Header)) -> Self {
        change(&mut self.last.as_mut().unwrap().0);
        self
    }

    pub(crate) fn file(self, name: &str, data: &[u8]) -> Self {
        self.entry(b'0', name.as_bytes(), b"", data)
    }

    pub(crate) fn folder(self, name: &str, mode: u32) -> Self {
        let with = self.entry(b'5', name.as_bytes(), b"", b"");
        with.with(|header| header.mode = mode)
    }

    pub(crate) fn symlink(self, name: &str, to: &str) -> Self {
        self.entry(b'2', name.as_bytes(), to.as_bytes(), b"")
    }

    pub(crate) fn hard_link(self, name: &str, to: &str) -> Self {
        self.entry(b'1', name.as_bytes(), to.as_bytes(), b"")
    }

    pub(crate) fn device(self, name: &str, major: u32, minor: u32) -> Self {
        let with = self.entry(b'3', name.as_bytes(), b"", b"");
        with.with(|header| header.device = (major, minor))
    }

    /// Records for the next entry.
    pub(crate) fn records(self, records: &[(&str, &[u8])]) -> Self {
        let mut data = Vec::new();
        for (key, value) in records {
            let rest = key.len() + value.len() + 3;
            let length = (rest + 1..rest + 10).find(|all| all.to_string().len() + rest == *all);
            let length = length.unwrap();
            data.extend(format!("{length} {key}=").bytes());
            data.extend(*value);
            data.push(b'\n');
        }
        self.entry(b'x', b"PaxHeaders/x", b"", &data)
    }

    /// Bytes as they are.
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.flush();
        self.bytes.extend(bytes);
        self
    }

    /// The archive with its end mark.
    pub(crate) fn end(self) -> Vec<u8> {
        self.raw(&[0; 1024]).cut()
    }

    /// The archive without it.
    pub(crate) fn cut(mut self) -> Vec<u8> {
        self.flush();
        self.bytes
    }

    fn flush(&mut self) {
        let Some((header, data)) = self.last.take() else {
            return;
        };
        let mut block = [0u8; 512];
        let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &header.name);
        put(100, format!("{:07o}", header.mode).as_bytes());
        put(108, b"0000000");
        put(116, b"0000000");
        put(124, &header.size);
        put(136, format!("{MTIME:011o}").as_bytes());
        put(148, b"        ");
        put(156, &[header.flag]);
        put(157, &header.link);
        put(257, &header.magic);
        put(329, format!("{:07o}", header.device.0).as_bytes());
        put(337, format!("{:07o}", header.device.1).as_bytes());
        put(345, &header.prefix);
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        let sum = header.sum.unwrap_or(sum);
        block[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        self.bytes.extend(block);
        self.bytes.extend(&data);
        self.bytes.resize(self.bytes.len().next_multiple_of(512), 0);
    }
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    let digits = b"0123456789abcdef";
    let pair = |byte: &u8| [byte >> 4, byte & 15].map(|four| char::from(digits[usize::from(four)]));
    bytes.iter().flat_map(pair).collect()
}

/// Names and contents, in their order; a link's is where it leads, a hard link's behind `=`.
pub(crate) fn list(mut archive: &[u8]) -> Vec<(String, String)> {
    let mut found = Vec::new();
    while archive[0] != 0 {
        let text = |at: usize, length: usize| {
            let field = &archive[at..at + length];
            let end = field.iter().position(|byte| *byte == 0).unwrap_or(length);
            String::from_utf8(field[..end].to_vec()).unwrap()
        };
        let size = usize::from_str_radix(&text(124, 12), 8).unwrap();
        let data = match archive[156] {
            b'2' => text(157, 100),
            b'1' => format!("={}", text(157, 100)),
            _ => String::from_utf8(archive[512..512 + size].to_vec()).unwrap(),
        };
        found.push((text(0, 100), data));
        archive = &archive[512 + size.next_multiple_of(512)..];
    }
    assert_eq!(archive.len(), 1024, "it ends with its end mark");
    found
}
