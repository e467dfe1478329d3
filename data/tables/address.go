package tables

import (
	"bufio"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// The formats, by the end of a file's name.
const (
	formatNPY     = "npy"
	formatNPZ     = "npz"
	formatCSV     = "csv"
	formatTSV     = "tsv"
	formatParquet = "parquet"
	formatHDF5    = "hdf5"
)

// formats are the ends of names that Read knows.
var formats = []struct {
	suffix, format string
	gzipped        bool
}{
	{".npy", formatNPY, false}, {".npy.gz", formatNPY, true}, {".npz", formatNPZ, false},
	{".csv", formatCSV, false}, {".csv.gz", formatCSV, true}, {".tsv", formatTSV, false},
	{".tsv.gz", formatTSV, true},
	{".parquet", formatParquet, false}, {".h5", formatHDF5, false}, {".hdf5", formatHDF5, false},
}

// place is an address, resolved.
type place struct {
	path, key string
	format    string
	gzipped   bool
	size      int64 // bytes on disk
}

// MissingFileError says that the file of an address does not exist; it is an [fs.ErrNotExist].
type MissingFileError struct{ Address string }

func (e *MissingFileError) Error() string { return "there is no such file" }

// Unwrap returns fs.ErrNotExist.
func (e *MissingFileError) Unwrap() error { return fs.ErrNotExist }

// locate finds the file of an address and its format.
func locate(address string) (place, error) {
	p := place{path: address}
	info, err := os.Stat(address)
	for at := len(address); err != nil; {
		if at = strings.LastIndexByte(address[:at], ':'); at < 1 {
			return place{}, &MissingFileError{address}
		}
		var there error
		if info, there = os.Stat(address[:at]); there == nil {
			p.path, p.key, err = address[:at], address[at+1:], nil
			if p.key == "" {
				return place{}, errors.New("nothing follows the colon; want the name of a part " +
					"of the file")
			}
		} else if !errors.Is(there, fs.ErrNotExist) {
			return place{}, there
		}
	}
	switch {
	case info.IsDir():
		return place{}, fmt.Errorf("%s is a folder; want a file", p.path)
	case !info.Mode().IsRegular():
		return place{}, fmt.Errorf("%s is not a regular file", p.path)
	case info.Size() == 0:
		return place{}, errors.New("the file is empty")
	}
	p.size = info.Size()
	name := strings.ToLower(filepath.Base(p.path))
	for _, f := range formats {
		if strings.HasSuffix(name, f.suffix) {
			p.format, p.gzipped = f.format, f.gzipped
			return p, nil
		}
	}
	var known []string
	for _, f := range formats {
		known = append(known, f.suffix)
	}
	return place{}, fmt.Errorf("the end of the name does not tell the format; known are %s",
		strings.Join(known, ", "))
}

// Path is the file of an address: what stands before the key of a container. It is an error if
// there is no such file.
func Path(address string) (string, error) {
	p, err := locate(address)
	if err != nil {
		return "", fmt.Errorf("data: %s: %w", address, err)
	}
	return p.path, nil
}

// openFile opens the table at an address.
func openFile(address string) (openTable, error) {
	p, err := locate(address)
	if err != nil {
		return nil, err
	}
	return p.open()
}

func (p place) open() (openTable, error) {
	switch p.format {
	case formatNPY:
		if p.key != "" {
			return nil, fmt.Errorf("an .npy file holds a single array, so there is no %q in it",
				p.key)
		}
		return openNPY(p)
	case formatNPZ:
		return openNPZ(p)
	case formatParquet:
		return openParquet(p)
	case formatHDF5:
		return openHDF5(p)
	default:
		return openCSV(p)
	}
}

// byteStream is the bytes of a file, decompressed.
type byteStream struct {
	*bufio.Reader
	file *os.File
	size int64 // of the decompressed bytes, below 0 where only reading tells
}

func (s *byteStream) Close() error { return s.file.Close() }

// stream opens the file for reading from its start.
func (p place) stream() (*byteStream, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	s := &byteStream{file: f, size: p.size}
	const buffer = 1 << 16
	if !p.gzipped {
		s.Reader = bufio.NewReaderSize(f, buffer)
		return s, nil
	}
	z, err := gzip.NewReader(bufio.NewReaderSize(f, buffer))
	if err != nil {
		f.Close()
		if errors.Is(err, io.EOF) {
			err = errTruncated
		}
		return nil, gzipError(err)
	}
	s.size = -1
	s.Reader = bufio.NewReaderSize(gunzip{z}, buffer)
	return s, nil
}

// gunzip words the errors of a gzip stream.
type gunzip struct{ r io.Reader }

func (g gunzip) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	return n, gzipError(err)
}

// errTruncated is a compressed stream that ends too early. It does not wrap io.ErrUnexpectedEOF,
// which readers of the stream take for an end of their own.
var errTruncated = errors.New("the file is truncated: its compressed stream ends too early")

func gzipError(err error) error {
	switch {
	case err == nil || errors.Is(err, errTruncated):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return errTruncated
	case errors.Is(err, gzip.ErrHeader):
		return errors.New("this is not a gzip stream, or one with more behind it")
	case errors.Is(err, gzip.ErrChecksum):
		return errors.New("the file is damaged: the checksum of its gzip stream is wrong")
	default:
		return err // io.EOF included
	}
}
