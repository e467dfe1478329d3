package tables

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sort"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// lz4View is a Parquet file in which the pages that are compressed with LZ4_RAW appear without
// compression. The library decodes such pages to wrong values: see
// https://github.com/parquet-go/parquet-go/issues/608.
//
// The view has the bytes of the file at their places, except for the footer. The decoded pages and
// another footer follow. A page is decoded when it is read.
type lz4View struct {
	file   io.ReaderAt
	base   int64 // bytes that are those of the file
	size   int64
	pieces []lz4Piece
	held   map[int]lz4Body // the last page of each column that was read
}

// lz4Piece is a header in memory and a page that follows it in the view.
type lz4Piece struct {
	at     int64 // in the view
	header []byte
	page   parquetPage
	length int64 // of the decoded page
}

type lz4Body struct {
	piece int
	bytes []byte
}

// newLZ4View returns a view of a file of size bytes, or nil if no column is compressed with
// LZ4_RAW. It changes the metadata to those of the view.
func newLZ4View(f *os.File, size int64, meta *parquetformat.FileMetaData) (*lz4View, error) {
	v := &lz4View{file: f, base: size, size: size, held: map[int]lz4Body{}}
	for _, g := range meta.RowGroups {
		for j := range g.Columns {
			c := &g.Columns[j].MetaData
			if c.Codec != parquetformat.Lz4Raw {
				continue
			}
			if err := v.add(f, j, c); err != nil {
				return nil, fmt.Errorf("column %v: %w", c.PathInSchema, err)
			}
		}
	}
	if v.pieces == nil {
		return nil, nil
	}
	footer, err := thrift.Marshal(new(thrift.CompactProtocol), meta)
	if err != nil {
		return nil, err
	}
	footer = append(binary.LittleEndian.AppendUint32(footer, uint32(len(footer))), "PAR1"...)
	v.append(lz4Piece{header: footer})
	return v, nil
}

// add adds the pages of a column chunk to the view and moves the chunk there.
func (v *lz4View) add(f *os.File, ordinal int, c *parquetformat.ColumnMetaData) error {
	pages, err := parquetPages(f, v.base, c)
	if err != nil {
		return err
	}
	start := v.size
	hadDictionary := c.DictionaryPageOffset > 0
	c.DictionaryPageOffset = 0
	for i, p := range pages {
		p.ordinal = ordinal
		header := p.header
		header.CRC, header.CompressedPageSize = 0, header.UncompressedPageSize
		if header.DataPageHeaderV2.Valid {
			header.DataPageHeaderV2.V.IsCompressed = thrift.New(false)
		}
		raw, err := thrift.Marshal(new(thrift.CompactProtocol), &header)
		if err != nil {
			return err
		}
		if hadDictionary && i < 2 {
			c.DictionaryPageOffset, c.DataPageOffset = start, v.size
		} else if i == 0 {
			c.DataPageOffset = v.size
		}
		v.append(lz4Piece{header: raw, page: p, length: int64(header.UncompressedPageSize)})
	}
	c.Codec, c.TotalCompressedSize = parquetformat.Uncompressed, v.size-start
	return nil
}

func (v *lz4View) append(p lz4Piece) {
	p.at = v.size
	v.pieces = append(v.pieces, p)
	v.size += int64(len(p.header)) + p.length
}

// ReadAt implements io.ReaderAt. It must not be called by several goroutines at once.
func (v *lz4View) ReadAt(b []byte, off int64) (int, error) {
	done := 0
	for done < len(b) {
		n, err := v.readPart(b[done:], off+int64(done))
		done += n
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// readPart reads bytes of a single piece.
func (v *lz4View) readPart(b []byte, off int64) (int, error) {
	if off < v.base {
		return v.file.ReadAt(b[:min(int64(len(b)), v.base-off)], off)
	}
	if off >= v.size {
		return 0, io.EOF
	}
	i := sort.Search(len(v.pieces), func(i int) bool { return v.pieces[i].at > off }) - 1
	p := v.pieces[i]
	within := off - p.at
	if head := int64(len(p.header)); within < head {
		return copy(b, p.header[within:]), nil
	} else {
		within -= head
	}
	held, ok := v.held[p.page.ordinal]
	if !ok || held.piece != i {
		body, err := v.decode(p.page)
		if err != nil {
			return 0, err
		}
		held = lz4Body{piece: i, bytes: body}
		v.held[p.page.ordinal] = held
	}
	return copy(b, held.bytes[within:]), nil
}

// decode reads and decodes a page.
func (v *lz4View) decode(p parquetPage) ([]byte, error) {
	raw := make([]byte, p.header.CompressedPageSize)
	if _, err := v.file.ReadAt(raw, p.data); err != nil {
		return nil, err
	}
	if sum := uint32(p.header.CRC); sum != 0 && sum != crc32.ChecksumIEEE(raw) {
		return nil, errors.New("the file is damaged: the checksum of a page is wrong")
	}
	size, levels := int(p.header.UncompressedPageSize), 0
	if h := p.header.DataPageHeaderV2; h.Valid {
		if h.V.IsCompressed.Valid && !h.V.IsCompressed.V {
			levels = size
		} else {
			levels = int(h.V.RepetitionLevelsByteLength) + int(h.V.DefinitionLevelsByteLength)
		}
	}
	if levels < 0 || levels > min(size, len(raw)) {
		return nil, errLZ4
	}
	values, err := lz4Block(raw[levels:], size-levels)
	return append(raw[:levels:levels], values...), err
}
