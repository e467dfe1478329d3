package tables

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// StreamError reports an address that is standard input or a pipe, where a file is needed.
type StreamError struct {
	Address string
	Holds   string // the format that cannot be read from a stream, if that is why
}

func (e *StreamError) Error() string {
	if e.Holds != "" {
		return fmt.Sprintf("it holds %s, which cannot be read from a stream: give a file", e.Holds)
	}
	return "standard input, or a pipe, cannot be read twice: give a file"
}

// IsStream reports whether an address is standard input or a pipe: "-", /dev/stdin, or what a shell
// makes of <(command). [Read], [Inspect], [ReadLabels] and [ReadTexts] read such an address into
// memory, once for all calls. [Path] returns a [*StreamError].
func IsStream(address string) bool {
	p, _, err := split(address)
	return err == nil && p.stdin
}

// streamAt reports whether a path is standard input or a pipe.
func streamAt(path string, info fs.FileInfo) bool {
	return path == "-" || path == "/dev/stdin" || strings.HasPrefix(path, "/dev/fd/") ||
		info != nil && info.Mode()&fs.ModeNamedPipe != 0
}

// streams are the contents of the streams that were read, by their paths.
var streams = struct {
	sync.Mutex
	content map[string][]byte
}{content: map[string][]byte{}}

// readStream reads a stream into memory, and finds out its format.
func (p *place) readStream(maxBytes int64) error {
	if maxBytes == 0 {
		maxBytes = DefaultMaxBytes
	}
	streams.Lock()
	defer streams.Unlock()
	content, known := streams.content[p.path]
	if !known {
		var err error
		if content, err = readPipe(p.path, maxBytes); err != nil {
			return err
		}
		streams.content[p.path] = content
	}
	p.content, p.size = content, int64(len(content))
	if len(content) == 0 {
		return fmt.Errorf("the stream is empty")
	}
	return p.sniff()
}

// readPipe reads standard input or a pipe.
func readPipe(path string, maxBytes int64) ([]byte, error) {
	in := os.Stdin
	if path != "-" {
		var err error
		if in, err = os.Open(path); err != nil {
			return nil, err
		}
		defer in.Close()
	}
	content, err := io.ReadAll(io.LimitReader(in, maxBytes+1))
	if err == nil && int64(len(content)) > maxBytes {
		err = fmt.Errorf("the stream holds more than %s, the limit of memory",
			bytesText(float64(maxBytes)))
	}
	return content, err
}

// sniff finds out the format of the content of a stream.
func (p *place) sniff() error {
	start := p.content
	if p.gzipped = bytes.HasPrefix(start, []byte("\x1f\x8b")); p.gzipped {
		z, err := gzip.NewReader(bytes.NewReader(start))
		if err != nil {
			return gzipError(err)
		}
		start, _ = bufio.NewReader(z).Peek(16) // reading the content reports the error
	}
	p.format = csvFormat{}
	for _, magic := range []struct{ start, holds string }{
		{"PAR1", "a Parquet file"}, {"PK\x03\x04", "an .npz file"},
		{"\x89HDF\r\n\x1a\n", "an HDF5 file"},
	} {
		if bytes.HasPrefix(start, []byte(magic.start)) {
			return &StreamError{Address: p.path, Holds: magic.holds}
		}
	}
	if bytes.HasPrefix(start, []byte("\x93NUMPY")) {
		p.format = npyFormat{}
	}
	return nil
}
