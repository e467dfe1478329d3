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

// openZip opens the archive that an .npz file is.
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

// openNPZ opens an array of an .npz file: the one of the key, or the only one.
func openNPZ(p place) (openTable, error) {
	z, f, err := openZip(p)
	if err != nil {
		return nil, err
	}
	m, err := npzMember(z, p.key)
	if err != nil {
		f.Close()
		return nil, err
	}
	r, err := m.Open()
	if err != nil {
		f.Close()
		return nil, memberError(m, err)
	}
	a, err := newArray(bufio.NewReaderSize(zipStream{r}, 1<<16), int64(m.UncompressedSize64))
	if err != nil {
		return nil, errors.Join(memberError(m, err), r.Close(), f.Close())
	}
	a.close = func() error { return errors.Join(r.Close(), f.Close()) }
	return a, nil
}

func memberError(m *zip.File, err error) error {
	return fmt.Errorf("array %s: %w", arrayName(m),
		err)
}

// zipStream words the errors of a compressed member.
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

// arrayName is the name that NumPy gives to a member.
func arrayName(m *zip.File) string { return strings.TrimSuffix(m.Name, ".npy") }

// npzMember finds an array.
func npzMember(z *zip.Reader, key string) (*zip.File, error) {
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
		return nil, fmt.Errorf("the file holds several arrays; say which, as in %s:%s. They are %s",
			"FILE.npz", arrayName(z.File[0]), listed(names))
	}
	return nil, fmt.Errorf("the file holds no array %q; its arrays are %s", key, listed(names))
}

// npzInfo is the shape and type of a member, as far as its header can be read.
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
