package tables

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
)

// bufferSize is the number of bytes that are read from a file at once.
const bufferSize = 1 << 16

// byteStream is the decompressed content of a file.
type byteStream struct {
	*bufio.Reader
	file *os.File // nil for standard input and pipes
	size int64    // of the decompressed content, negative if it is not known before it is read
}

func (s *byteStream) Close() error {
	if s.file == nil {
		return nil
	}
	return s.file.Close()
}

// stream opens the file for reading from its start.
func (p place) stream() (*byteStream, error) {
	s := &byteStream{size: -1}
	var source io.Reader = bytes.NewReader(p.content)
	if p.content == nil {
		f, err := os.Open(p.path)
		if err != nil {
			return nil, err
		}
		s.file, source = f, f
	}
	s.Reader = bufio.NewReaderSize(source, bufferSize)
	if !p.gzipped {
		if s.file != nil {
			s.size = p.size
		}
		return s, nil
	}
	z, err := gzip.NewReader(s.Reader)
	if err != nil {
		s.Close()
		if errors.Is(err, io.EOF) {
			err = errTruncated
		}
		return nil, gzipError(err)
	}
	s.Reader = bufio.NewReaderSize(&gunzip{r: z, most: max(DefaultMaxBytes, maxRatio*p.size)},
		bufferSize)
	return s, nil
}

// maxRatio is the ratio of decompressed to compressed bytes above which a stream of more than
// DefaultMaxBytes is refused. Tables of random numbers have ratios of two to five, those of one
// repeated row have a thousand.
const maxRatio = 200

// gunzip is a gzip stream whose errors are those of this package.
type gunzip struct {
	r    io.Reader
	read int64
	most int64 // number of bytes that may be read
}

func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	if g.read += int64(n); g.read > g.most {
		return n, fmt.Errorf("the file has more than %s decompressed, more than %d times its "+
			"size: decompress it if this is right", bytesText(float64(g.most)), maxRatio)
	}
	return n, gzipError(err)
}

// errTruncated reports a compressed stream that ends too early. It does not wrap
// io.ErrUnexpectedEOF, which a reader of the stream would take for the end of its own input.
var errTruncated = errors.New("the file is truncated: its compressed stream ends too early")

// gzipError explains an error of package gzip.
func gzipError(err error) error {
	switch {
	case err == nil || errors.Is(err, errTruncated):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	case errors.Is(err, gzip.ErrHeader):
		return errors.New("this is not a gzip stream, or other bytes follow it")
	case errors.Is(err, gzip.ErrChecksum):
		return errors.New("the file is damaged: the checksum of its gzip stream is wrong")
	default:
		return err // io.EOF included
	}
}
