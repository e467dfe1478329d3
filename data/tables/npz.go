package tables

import (
	"archive/zip"
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
)

// npzFormat is the format of several NumPy arrays: a zip archive of .npy files.
type npzFormat struct{}

func (npzFormat) name() string { return "npz" }

func (f npzFormat) open(p place, o ReadOptions) (openTable, error) {
	return openBinary(p, o, f.openPlain)
}

func (npzFormat) openPlain(p place, o ReadOptions) (openTable, error) {
	if p.key == "" {
		if t, err := openNPZColumns(p, o.Levels); t != nil || err != nil {
			return t, err
		}
	}
	m, err := openMember(p)
	if err != nil {
		return nil, err
	}
	a, err := newArray(m.Reader, m.size, o.Levels)
	if err != nil {
		return nil, errors.Join(m.wrap(err), m.Close())
	}
	a.close = m.Close
	a.again = func() (*bufio.Reader, func() error, error) {
		m, err := openMember(p)
		if err != nil {
			return nil, nil, err
		}
		return m.Reader, m.Close, nil
	}
	return a, nil
}

func (npzFormat) words(p place, as wording) ([]string, error) {
	m, err := openMember(p)
	if err != nil {
		return nil, err
	}
	defer m.Close()
	return as.array(m.Reader, m.size)
}

func (npzFormat) arrays(p place) ([]ArrayInfo, error) {
	z, f, err := openZip(p)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return npzInfos(z), nil
}

// npzInfos describes the members of an archive.
func npzInfos(z *zip.Reader) []ArrayInfo {
	var arrays []ArrayInfo
	for _, m := range z.File {
		arrays = append(arrays, npzInfo(m))
	}
	return arrays
}

// openZip opens the archive.
func openZip(p place) (*zip.Reader, *os.File, error) {
	f, err := os.Open(p.path)
	if err != nil {
		return nil, nil, err
	}
	z, err := zip.NewReader(f, p.size)
	if err != nil {
		f.Close()
		return nil, nil, fmt.Errorf("the file is truncated, or not an .npz file: %w", err)
	}
	return z, f, nil
}

// npzMember is an open member of an archive.
type npzMember struct {
	*bufio.Reader
	name  string
	size  int64
	close func() error
}

func (m *npzMember) Close() error { return m.close() }

// wrap adds the name of the array to an error.
func (m *npzMember) wrap(err error) error { return fmt.Errorf("array %s: %w", m.name, err) }

// openMember opens the array of the key, or the only one.
func openMember(p place) (*npzMember, error) {
	z, archive, err := openZip(p)
	if err != nil {
		return nil, err
	}
	file, err := findMember(z, p.key)
	if err != nil {
		archive.Close()
		return nil, err
	}
	m := &npzMember{name: arrayName(file), size: int64(file.UncompressedSize64)}
	r, err := file.Open()
	if err != nil {
		archive.Close()
		return nil, m.wrap(err)
	}
	m.Reader = bufio.NewReaderSize(zipStream{r}, bufferSize)
	m.close = func() error { return errors.Join(r.Close(), archive.Close()) }
	return m, nil
}

// findMember returns the member that holds the array of the key, or the only one.
func findMember(z *zip.Reader, key string) (*zip.File, error) {
	if len(z.File) == 0 {
		return nil, errors.New("the file holds no arrays")
	}
	if key == "" && len(z.File) == 1 {
		return z.File[0], nil
	}
	var names []string
	for _, m := range z.File {
		if key != "" && (arrayName(m) == key || m.Name == key) {
			return m, nil
		}
		names = append(names, arrayName(m)+" "+npzInfo(m).describe())
	}
	if key == "" {
		return nil, &severalArrays{what: "arrays", suffix: ".npz", arrays: npzInfos(z)}
	}
	return nil, fmt.Errorf("the file holds no array %q; its arrays are %s", key, listed(names))
}

// arrayName returns the name that NumPy gives to a member.
func arrayName(m *zip.File) string { return strings.TrimSuffix(m.Name, ".npy") }

// npzInfo describes a member as far as its header can be read.
func npzInfo(m *zip.File) ArrayInfo {
	info := ArrayInfo{Name: arrayName(m)}
	r, err := m.Open()
	if err != nil {
		return info
	}
	defer r.Close()
	h, err := readNPYHeader(bufio.NewReader(r), int64(m.UncompressedSize64))
	if err != nil {
		return info
	}
	info.Shape, info.Stored = h.shape, h.descr
	return info
}

// zipStream is a member whose errors are those of this package.
type zipStream struct{ io.Reader }

func (z zipStream) Read(p []byte) (int, error) {
	n, err := z.Reader.Read(p)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		err = errTruncated
	case errors.Is(err, zip.ErrChecksum):
		err = errors.New("the file is damaged: its checksum is wrong")
	}
	return n, err
}
