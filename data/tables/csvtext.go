package tables

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// The limits of a file of separated values. A longer line is not one of a table, and would have to
// fit into memory.
const (
	maxRecordBytes = 16 << 20 // of a line, line breaks in quotes included
	maxLookBytes   = 64 << 20 // of the first rows, which decide what the columns hold
)

// csvText is the text of a file of separated values: in UTF-8, with line feeds after the lines.
type csvText struct {
	*bufio.Reader
	last   lastByte
	record int      // bytes that were read since newRecord was called
	notes  []string // about how the bytes became text
}

// newText returns the text of a stream.
func newText(s *byteStream) (*csvText, error) {
	t := &csvText{}
	source, err := t.decode(s)
	if err != nil {
		return nil, err
	}
	start := bufio.NewReaderSize(source, bufferSize)
	head, err := start.Peek(bufferSize / 2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	source = start
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		source = lineFeeds{source}
	}
	t.last.r = source
	t.Reader = bufio.NewReaderSize(t, bufferSize)
	return t, nil
}

// decode returns the bytes of a stream in UTF-8, without a byte order mark.
func (t *csvText) decode(s *byteStream) (io.Reader, error) {
	head, err := s.Peek(1 << 10)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	skip, order := 0, binary.ByteOrder(nil)
	switch {
	case bytes.HasPrefix(head, []byte("\xef\xbb\xbf")):
		skip = 3
	case bytes.HasPrefix(head, []byte("\xff\xfe")):
		skip, order = 2, binary.LittleEndian
	case bytes.HasPrefix(head, []byte("\xfe\xff")):
		skip, order = 2, binary.BigEndian
	default:
		if order = zeroHalves(head); order != nil {
			t.notes = append(t.notes, "the file was read as UTF-16, although it has no byte "+
				"order mark")
		}
	}
	if _, err := s.Discard(skip); err != nil {
		return nil, err
	}
	if order != nil {
		return &fromUTF16{r: s.Reader, order: order}, nil
	}
	if bytes.IndexByte(head, 0) >= 0 {
		return nil, errors.New("the file has zero bytes, so it is not text")
	}
	return s.Reader, nil
}

// zeroHalves returns the byte order of text in UTF-16, of which most characters have a zero byte:
// always the first or always the second one. It returns nil for other text.
func zeroHalves(head []byte) binary.ByteOrder {
	zeros := [2]int{}
	for i, b := range head {
		if b == 0 {
			zeros[i%2]++
		}
	}
	switch {
	case len(head) < 4:
	case zeros[0] == 0 && 4*zeros[1] > len(head):
		return binary.LittleEndian
	case zeros[1] == 0 && 4*zeros[0] > len(head):
		return binary.BigEndian
	}
	return nil
}

// Read reads text, and refuses a record that is too long.
func (t *csvText) Read(p []byte) (int, error) {
	if t.record > maxRecordBytes {
		return 0, fmt.Errorf("a line, or a cell in quotes, is longer than %s",
			bytesText(maxRecordBytes))
	}
	n, err := t.last.Read(p)
	t.record += n
	return n, err
}

// newRecord says that the next byte begins a record.
func (t *csvText) newRecord() { t.record = 0 }

// lastByte remembers the last byte that was read.
type lastByte struct {
	r    io.Reader
	last byte
}

func (l *lastByte) Read(p []byte) (int, error) {
	n, err := l.r.Read(p)
	if n > 0 {
		l.last = p[n-1]
	}
	return n, err
}

// lineFeeds reads text whose lines end in carriage returns.
type lineFeeds struct{ io.Reader }

func (l lineFeeds) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	for i, b := range p[:n] {
		if b == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// fromUTF16 reads text in UTF-16 as UTF-8.
type fromUTF16 struct {
	r     *bufio.Reader
	order binary.ByteOrder
	left  []byte // text that was decoded and not read
	err   error  // that follows the text
}

func (f *fromUTF16) Read(p []byte) (int, error) {
	for len(f.left) < len(p) && f.err == nil {
		var r rune
		if r, f.err = f.rune(); f.err == nil {
			f.left = utf8.AppendRune(f.left, r)
		}
	}
	if len(f.left) == 0 {
		return 0, f.err
	}
	n := copy(p, f.left)
	f.left = f.left[:copy(f.left, f.left[n:])]
	return n, nil
}

// rune decodes the next character.
func (f *fromUTF16) rune() (rune, error) {
	unit, err := f.unit()
	if err != nil || !utf16.IsSurrogate(unit) {
		return unit, err
	}
	low, err := f.unit()
	if err != nil {
		return 0, err
	}
	return utf16.DecodeRune(unit, low), nil
}

// unit reads two bytes.
func (f *fromUTF16) unit() (rune, error) {
	var b [2]byte
	if _, err := io.ReadFull(f.r, b[:]); err != nil {
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = errors.New("the file is truncated: half a character of UTF-16 is left")
		}
		return 0, err
	}
	return rune(f.order.Uint16(b[:])), nil
}

// windows1252 are the characters of the bytes 0x80 to 0x9f. A byte that has none is U+FFFD.
var windows1252 = []rune("€\uFFFD‚ƒ„…†‡ˆ‰Š‹Œ\uFFFDŽ\uFFFD\uFFFD‘’“”•–—˜™š›œ\uFFFDžŸ")

// asUTF8 returns a cell in UTF-8. A cell that is not in UTF-8 is taken for Windows-1252.
func asUTF8(cell string) (text string, converted bool) {
	if utf8.ValidString(cell) {
		return cell, false
	}
	var b strings.Builder
	for i := range len(cell) {
		switch c := cell[i]; {
		case c >= 0x80 && c < 0xa0:
			b.WriteRune(windows1252[c-0x80])
		default:
			b.WriteRune(rune(c))
		}
	}
	return b.String(), true
}
