package tables

import (
	"bufio"
	"compress/gzip"
	"errors"
	"io"
	"os"
)

// bufferSize is the number of bytes that are read from a file at once.
const bufferSize = 1 << 16

// byteStream is the decompressed content of a file.
type byteStream struct {
	*bufio.Reader
	file *os.File
	size int64 // of the decompressed content, negative if it is not known before it is read
}

func (s *byteStream) Close() error { return s.file.Close() }

// stream opens the file for reading from its start.
func (p place) stream() (*byteStream, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	if !p.gzipped {
		return &byteStream{bufio.NewReaderSize(f, bufferSize), f, p.size}, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(f, bufferSize))
	if err != nil {
		f.Close()
		if errors.Is(err, io.EOF) {
			err = errTruncated
		}
		return nil, gzipError(err)
	}
	return &byteStream{bufio.NewReaderSize(gunzip{z}, bufferSize), f, -1}, nil
}

// gunzip is a gzip stream whose errors are those of this package.
type gunzip struct{ r io.Reader }

func (g gunzip) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
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
