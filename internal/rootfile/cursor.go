package rootfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// damage returns an error for bytes that no program writes.
func damage(format string, args ...any) error {
	return fmt.Errorf("the file is damaged: "+format, args...)
}

// errShort reports that a record ends within one of its parts.
var errShort = errors.New("the file is damaged: a record ends too early")

// cursor reads the big-endian parts of a record. After the first error, all parts are zero.
type cursor struct {
	b   []byte
	at  int
	err error
}

// take returns the next n bytes, or nil if there are fewer.
func (c *cursor) take(n int) []byte {
	if c.err == nil && (n < 0 || n > len(c.b)-c.at) {
		c.err = errShort
	}
	if c.err != nil {
		return nil
	}
	c.at += n
	return c.b[c.at-n : c.at]
}

func (c *cursor) u8() uint8 {
	if b := c.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (c *cursor) u16() uint16 {
	if b := c.take(2); b != nil {
		return binary.BigEndian.Uint16(b)
	}
	return 0
}

func (c *cursor) u32() uint32 {
	if b := c.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (c *cursor) u64() uint64 {
	if b := c.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (c *cursor) i32() int { return int(int32(c.u32())) }

func (c *cursor) i64() int64 { return int64(c.u64()) }

// whole returns a whole number that is stored as a float64.
func (c *cursor) whole() int64 {
	v := math.Float64frombits(c.u64())
	if c.err == nil && (v != math.Trunc(v) || math.Abs(v) > 1<<53) {
		c.err = damage("a count is %v", v)
		return 0
	}
	return int64(v)
}

// pointer returns a place in the file, which takes 8 bytes in files of more than 2 GB.
func (c *cursor) pointer(wide bool) int64 {
	if wide {
		return c.i64()
	}
	return int64(c.i32())
}

// text returns a string after its length.
func (c *cursor) text() string { return string(c.textBytes()) }

func (c *cursor) textBytes() []byte {
	n := int(c.u8())
	if n == 255 {
		n = int(c.u32())
	}
	return c.take(n)
}

// cText returns a string that a zero byte ends.
func (c *cursor) cText() string {
	if c.err != nil {
		return ""
	}
	n := bytes.IndexByte(c.b[c.at:], 0)
	if n < 0 {
		c.err = errShort
		return ""
	}
	text := string(c.b[c.at : c.at+n])
	c.at += n + 1
	return text
}

// skipTo goes to an index, which must not be behind the cursor.
func (c *cursor) skipTo(at int) {
	if c.err == nil && at < c.at {
		c.err = damage("an object is longer than it says")
	}
	c.take(at - c.at)
}

const byteCountBit = 1 << 30

// header reads the start of an object: the number of its bytes, and the version of its class. end
// is the index of the first byte behind it, or -1 if the object does not say.
func (c *cursor) header() (version, end int) {
	end = -1
	if count := c.u32(); count&byteCountBit != 0 {
		end = c.at + int(count&^byteCountBit)
	} else {
		c.at -= min(c.at, 4)
	}
	version = int(int16(c.u16()))
	if c.err == nil && end > len(c.b) {
		c.err = errShort
	}
	return version, end
}

// skip skips an object.
func (c *cursor) skip() {
	_, end := c.header()
	c.close(end)
}

// close goes to the end of an object that says where that is.
func (c *cursor) close(end int) {
	if end < 0 && c.err == nil {
		c.err = damage("an object does not say how long it is")
	}
	c.skipTo(end)
}

// object skips the part of an object that is a TObject.
func (c *cursor) object() {
	const isReferenced = 1 << 4
	if version := c.u16(); version&(byteCountBit>>16) != 0 {
		c.take(4)
	}
	c.take(4)
	if c.u32()&isReferenced != 0 {
		c.take(2)
	}
}

// named returns the name and the title of an object that is a TNamed.
func (c *cursor) named() (name, title string) {
	_, end := c.header()
	c.object()
	name, title = c.text(), c.text()
	c.close(end)
	return name, title
}
