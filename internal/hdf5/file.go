package hdf5

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"
)

// File is an open HDF5 file. Its methods must not be called by several goroutines at once.
type File struct {
	r          io.ReaderAt
	size       uint64
	base       uint64 // what addresses are relative to
	offsetSize int    // bytes of an address
	lengthSize int    // bytes of a length
	root       uint64 // address of the object header of the root group
	heaps      map[uint64]map[uint16][]byte
}

// errDamaged is what is wrong with bytes that follow no rule of the format.
var errDamaged = errors.New("the file is damaged")

var errNotHDF5 = errors.New("not an HDF5 file")

// signature begins every file.
const signature = "\x89HDF\r\n\x1a\n"

// Open reads the superblock of a file of size bytes.
func Open(r io.ReaderAt, size int64) (*File, error) {
	f := &File{r: r, size: uint64(size), heaps: map[uint64]map[uint16][]byte{}}
	for at := uint64(0); at < f.size; at = max(512, 2*at) { // a user block may precede it
		head, err := f.read(at, uint64(len(signature)+1))
		if err != nil {
			break
		}
		if !bytes.HasPrefix(head, []byte(signature)) {
			continue
		}
		if err := f.superblock(at, head[len(signature)]); err != nil {
			return nil, err
		}
		return f, nil
	}
	return nil, errNotHDF5
}

// superblock reads the superblock at an address.
func (f *File) superblock(at uint64, version byte) error {
	var end uint64
	switch version {
	case 0, 1:
		d, err := f.decode(at+13, 3)
		if err != nil {
			return err
		}
		f.offsetSize, f.lengthSize = int(d.byte()), int(d.byte())
		if !f.validSizes() {
			return errDamaged
		}
		addresses := at + 24
		if version == 1 {
			addresses += 4
		}
		if d, err = f.decode(addresses, uint64(6*f.offsetSize)); err != nil {
			return err
		}
		f.base = d.address()
		d.address()
		end = d.address()
		if driver := d.address(); !f.undefined(driver) {
			return errors.New("its contents are divided among several files, which cannot be read")
		}
		d.address() // name of the root group
		f.root = d.address()
	case 2, 3:
		d, err := f.decode(at+9, 3)
		if err != nil {
			return err
		}
		f.offsetSize, f.lengthSize = int(d.byte()), int(d.byte())
		if !f.validSizes() {
			return errDamaged
		}
		if d, err = f.summed(at, uint64(12+4*f.offsetSize)); err != nil {
			return fmt.Errorf("superblock: %w", err)
		}
		d.skip(11)
		if open := d.byte()&1 != 0; open && version == 3 {
			return errors.New("it was not closed by the program that writes it; h5clear -s marks " +
				"it as closed")
		}
		f.base = d.address()
		d.address()
		end = d.address()
		f.root = d.address()
	default:
		return fmt.Errorf("a superblock of version %d cannot be read", version)
	}
	if f.base != at {
		return fmt.Errorf("%w: its addresses count from %d, but it begins at %d", errDamaged,
			f.base, at)
	}
	if end != f.size {
		return &SizeError{Size: f.size, Recorded: end}
	}
	return nil
}

func (f *File) validSizes() bool {
	valid := func(n int) bool { return n == 2 || n == 4 || n == 8 }
	return valid(f.offsetSize) && valid(f.lengthSize)
}

// SizeError reports a file that is not as long as it records.
type SizeError struct{ Size, Recorded uint64 }

func (e *SizeError) Error() string {
	what := "truncated"
	if e.Size > e.Recorded {
		what = "damaged"
	}
	return fmt.Sprintf("the file is %s: it has %d bytes, but records that it ends at %d", what,
		e.Size, e.Recorded)
}

// read returns n bytes at an address. It allocates nothing unless the file has them.
func (f *File) read(at, n uint64) ([]byte, error) {
	if at+f.base < at || at+f.base > f.size || n > f.size-at-f.base {
		return nil, fmt.Errorf("%w: it refers to %d bytes at %d, beyond its end", errDamaged, n, at)
	}
	b := make([]byte, n)
	if _, err := f.r.ReadAt(b, int64(at+f.base)); err != nil {
		return nil, err
	}
	return b, nil
}

// decode returns a decoder of n bytes at an address.
func (f *File) decode(at, n uint64) (*decoder, error) {
	b, err := f.read(at, n)
	return &decoder{f: f, b: b}, err
}

// summed returns a decoder of n bytes at an address, which their checksum follows.
func (f *File) summed(at, n uint64) (*decoder, error) {
	if n > f.size {
		return nil, errDamaged
	}
	b, err := f.read(at, n+4)
	if err != nil {
		return nil, err
	}
	if checksum(b[:n]) != binary.LittleEndian.Uint32(b[n:]) {
		return nil, fmt.Errorf("%w: the checksum of its metadata at %d is wrong", errDamaged, at)
	}
	return &decoder{f: f, b: b[:n]}, nil
}

// undefined reports whether an address means that there is nothing.
func (f *File) undefined(address uint64) bool {
	return address == 1<<(8*f.offsetSize)-1
}

// decoder reads values from bytes, little-endian. After the end it returns zeros, and err is set.
type decoder struct {
	f   *File
	b   []byte
	err error
}

func (d *decoder) take(n int) []byte {
	if n < 0 || n > len(d.b) {
		d.err = fmt.Errorf("%w: a part of its metadata is too short", errDamaged)
		d.b = nil
		return make([]byte, min(max(n, 0), 64))
	}
	part := d.b[:n]
	d.b = d.b[n:]
	return part
}

func (d *decoder) skip(n int) { d.take(n) }

func (d *decoder) byte() byte { return d.take(1)[0] }

// uint reads an integer of n bytes, n <= 8.
func (d *decoder) uint(n int) uint64 {
	var v uint64
	for i, b := range d.take(n) {
		v |= uint64(b) << (8 * i)
	}
	return v
}

func (d *decoder) u16() int { return int(d.uint(2)) }

func (d *decoder) u32() uint64 { return d.uint(4) }

func (d *decoder) address() uint64 { return d.uint(d.f.offsetSize) }

func (d *decoder) length() uint64 { return d.uint(d.f.lengthSize) }

// expect reads a signature and, unless it is negative, a version.
func (d *decoder) expect(signature string, version int) {
	if got := d.take(len(signature)); string(got) != signature && d.err == nil {
		d.err = fmt.Errorf("%w: %q stands where %q should", errDamaged, got, signature)
	}
	if version < 0 {
		return
	}
	if got := d.byte(); int(got) != version && d.err == nil {
		d.err = fmt.Errorf("version %d of %s cannot be read", got, signature)
	}
}

// text reads up to a zero byte.
func (d *decoder) text() string {
	n := bytes.IndexByte(d.b, 0)
	if n < 0 {
		d.skip(len(d.b) + 1)
		return ""
	}
	text := string(d.take(n))
	d.skip(1)
	return text
}

// bytesFor returns the number of bytes of the numbers up to limit.
func bytesFor(limit uint64) int { return max(1, (bits.Len64(limit)+7)/8) }

// IsDamage reports whether an error means that a file is damaged, and not that it uses a part of
// the format that is not read.
func IsDamage(err error) bool {
	var size *SizeError
	return errors.Is(err, errDamaged) || errors.Is(err, errNotHDF5) || errors.As(err, &size)
}
