package tables

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/bits"

	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/delta"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// parquetBody is the decoded content of a page: levels, and then values.
type parquetBody struct {
	bytes    []byte
	values   int64 // those that the header promises, nulls included
	encoding parquetformat.Encoding
	levels   [2]int // bytes of the two lists of levels of a page of version 2
	version  int
}

// checkBody reads a page and returns an error if the counts inside it ask for more memory than its
// values can take. The library allocates what they ask for. Other damage is left to the library.
func (p parquetPage) checkBody(f io.ReaderAt, codec parquetformat.CompressionCodec,
	c parquetColumn) error {
	raw := make([]byte, p.header.CompressedPageSize)
	if _, err := f.ReadAt(raw, p.data); err != nil {
		return err
	}
	body := parquetBody{version: 1}
	compressed := true
	switch h := p.header; {
	case h.DataPageHeader.Valid:
		body.values = int64(h.DataPageHeader.V.NumValues)
		body.encoding = h.DataPageHeader.V.Encoding
	case h.DataPageHeaderV2.Valid:
		v := h.DataPageHeaderV2.V
		body.version, body.values, body.encoding = 2, int64(v.NumValues), v.Encoding
		body.levels = [2]int{int(v.RepetitionLevelsByteLength), int(v.DefinitionLevelsByteLength)}
		compressed = !v.IsCompressed.Valid || v.IsCompressed.V
	default: // the size of a dictionary limits the number of its values
		_, err := p.decoded(raw, codec)
		return err
	}
	within := body.levels[0] + body.levels[1]
	if min(body.levels[0], body.levels[1]) < 0 || within > len(raw) {
		return fmt.Errorf("the file is damaged: a page of %d bytes has levels of %d", len(raw),
			within)
	}
	if !compressed {
		codec = parquetformat.Uncompressed
	}
	values, err := p.decoded(raw[within:], codec)
	if err != nil {
		return err
	}
	body.bytes = append(raw[:within:within], values...)
	return body.check(c)
}

// decoded returns the bytes that a codec makes of those of a page.
func (p parquetPage) decoded(raw []byte, codec parquetformat.CompressionCodec) ([]byte, error) {
	promised := int64(p.header.UncompressedPageSize)
	switch codec {
	case parquetformat.Uncompressed:
		return raw, nil
	case parquetformat.Snappy:
		if n, err := snappy.DecodedLen(raw); err == nil {
			promised = max(promised, int64(n))
		}
	case parquetformat.Zstd:
		var h zstd.Header
		if h.Decode(raw) == nil && h.HasFCS {
			promised = max(promised, int64(min(h.FrameContentSize, maxPageBytes+1)))
		}
	}
	if n := int64(p.header.UncompressedPageSize); promised > n {
		return nil, fmt.Errorf("the file is damaged: a page of %d bytes holds %d", n, promised)
	}
	return parquet.LookupCompressionCodec(codec).Decode(make([]byte, promised), raw)
}

// check returns an error if the counts in a page of a column ask for too much memory.
func (b parquetBody) check(c parquetColumn) error {
	rest := b.bytes
	for i, most := range []int{c.repeats, c.levels} {
		var levels []byte
		var err error
		switch {
		case b.version == 2:
			levels, rest = rest[:b.levels[i]], rest[b.levels[i]:]
		case most > 0:
			if levels, rest, err = counted(rest); err != nil {
				return err
			}
		}
		if err := b.checkRuns(levels, bits.Len(uint(most))); err != nil {
			return err
		}
	}
	switch b.encoding {
	case parquetformat.RLE:
		values, _, err := counted(rest)
		if err != nil {
			return err
		}
		return b.checkRuns(values, 1)
	case parquetformat.RLEDictionary, parquetformat.PlainDictionary:
		if len(rest) == 0 {
			return nil
		}
		return b.checkRuns(rest[1:], int(rest[0]))
	case parquetformat.DeltaBinaryPacked:
		_, _, err := b.deltas(rest)
		return err
	case parquetformat.DeltaLengthByteArray:
		lengths, rest, err := b.lengths(rest)
		if err != nil {
			return err
		}
		return checkTexts(lengths, rest)
	case parquetformat.DeltaByteArray:
		return b.checkPrefixes(rest)
	}
	return nil
}

// counted splits bytes that begin with their number.
func counted(src []byte) (head, rest []byte, err error) {
	if len(src) < 4 {
		return nil, nil, io.ErrUnexpectedEOF
	}
	n := binary.LittleEndian.Uint32(src)
	if uint64(n) > uint64(len(src)-4) {
		return nil, nil, io.ErrUnexpectedEOF
	}
	return src[4 : 4+n], src[4+n:], nil
}

// checkRuns returns an error if the runs of a list of small integers of some bits each have more
// values than the page.
func (b parquetBody) checkRuns(src []byte, width int) error {
	var total uint64
	for len(src) > 0 {
		header, n := binary.Uvarint(src)
		if n <= 0 {
			return nil // the library reports it
		}
		src = src[n:]
		count, size := header>>1, uint64(width+7)/8
		if header&1 == 1 { // groups of 8 values, which may be more than the page has
			size = count * uint64(width)
			if width > 0 {
				count = 0 // their bytes are there
			}
		}
		total += count
		most := uint64(b.values) + 7 // writers may fill up a byte
		if count > most || total > most {
			return b.tooMany(total)
		}
		if size >= uint64(len(src)) {
			return nil
		}
		src = src[size:]
	}
	return nil
}

func (b parquetBody) tooMany(n uint64) error {
	return fmt.Errorf("the file is damaged: a page of %d values holds %d", b.values, n)
}

var errDeltas = errors.New("the file is damaged: a page has no list of differences where one " +
	"should be")

// deltas skips a list of integers that are stored by their differences, and returns its number of
// values and what follows.
func (b parquetBody) deltas(src []byte) (n int64, rest []byte, err error) {
	var head [4]uint64 // values of a block, parts of a block, values, the first value
	for i := range head {
		v, length := binary.Uvarint(src)
		if length <= 0 {
			return 0, nil, errDeltas
		}
		head[i], src = v, src[length:]
	}
	if head[2] > uint64(b.values) {
		return 0, nil, b.tooMany(head[2])
	}
	if head[1] == 0 || head[1] > head[0] || head[0] > 1<<20 {
		return 0, nil, errDeltas
	}
	part := int64(head[0] / head[1])
	left := int64(head[2]) - 1
	for left > 0 {
		_, length := binary.Uvarint(src)
		if length <= 0 || len(src)-length < int(head[1]) {
			return 0, nil, errDeltas
		}
		widths := src[length : length+int(head[1])]
		src = src[length+int(head[1]):]
		for _, width := range widths {
			if left <= 0 {
				break
			}
			size := min(part*int64(width)/8, int64(len(src))) // the last part may be cut off
			src, left = src[size:], left-part
		}
	}
	return int64(head[2]), src, nil
}

// lengths reads a list of lengths that are stored by their differences, and returns it with what
// follows.
func (b parquetBody) lengths(src []byte) (lengths []int32, rest []byte, err error) {
	n, rest, err := b.deltas(src)
	if err != nil || n == 0 {
		return nil, rest, err
	}
	lengths, err = new(delta.BinaryPackedEncoding).DecodeInt32(nil, src)
	for _, length := range lengths {
		if length < 0 {
			return nil, nil, fmt.Errorf("the file is damaged: a page has a text of length %d",
				length)
		}
	}
	return lengths, rest, err
}

// checkTexts returns an error if texts of the given lengths are longer than the bytes.
func checkTexts(lengths []int32, bytes []byte) error {
	var sum int64
	for _, length := range lengths {
		sum += int64(length)
	}
	if sum > int64(len(bytes)) {
		return fmt.Errorf("the file is damaged: a page has texts of %d bytes in %d", sum,
			len(bytes))
	}
	return nil
}

// checkPrefixes returns an error if a list of texts, each stored by what it shares with the one
// before it, takes more memory than a page can.
func (b parquetBody) checkPrefixes(src []byte) error {
	prefixes, rest, err := b.lengths(src)
	if err != nil {
		return err
	}
	suffixes, rest, err := b.lengths(rest)
	if err != nil {
		return err
	}
	if err := checkTexts(suffixes, rest); err != nil {
		return err
	}
	if len(prefixes) != len(suffixes) {
		return errDeltas
	}
	var last, sum int64
	for i, shared := range prefixes {
		if int64(shared) > last {
			return fmt.Errorf("the file is damaged: a text of length %d shares %d with the next",
				last, shared)
		}
		last = int64(shared) + int64(suffixes[i])
		sum += last
	}
	if sum > maxPageBytes {
		return fmt.Errorf("a page would take %d bytes of memory; at most %d can be read", sum,
			maxPageBytes)
	}
	return nil
}
