package tables

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// parquetPage is where a page of a column chunk lies in its file.
type parquetPage struct {
	header  parquetformat.PageHeader
	at      int64 // offset of the header
	data    int64 // offset of what follows the header
	ordinal int   // number of the column
}

// maxPageBytes limits the memory that a page of a Parquet file may take. Writers make pages of
// about a megabyte, and dictionaries of a few.
const maxPageBytes = 1 << 30

// parquetPages lists the pages of a column chunk. It returns an error if a page does not lie in
// the file, or would take too much memory: the library allocates what a header asks for.
func parquetPages(f io.ReaderAt, size int64,
	c *parquetformat.ColumnMetaData) ([]parquetPage, error) {
	at := c.DataPageOffset
	if d := c.DictionaryPageOffset; d > 0 && d < at {
		at = d
	}
	end := at + c.TotalCompressedSize
	if at < 4 || c.TotalCompressedSize < 0 || end < at || end > size {
		return nil, fmt.Errorf("the file is truncated or damaged: a column has the bytes from %d "+
			"to %d of %d", at, end, size)
	}
	var pages []parquetPage
	left := c.NumValues
	for at < end {
		p, err := parquetPageAt(f, at, end)
		if err != nil {
			return nil, err
		}
		if err := p.checkSize(c.Codec); err != nil {
			return nil, err
		}
		if left, err = p.takeValues(left); err != nil {
			return nil, err
		}
		pages = append(pages, p)
		at = p.data + int64(p.header.CompressedPageSize)
	}
	return pages, nil
}

// parquetPageAt reads the header of a page of a column that ends at end.
func parquetPageAt(f io.ReaderAt, at, end int64) (parquetPage, error) {
	p := parquetPage{at: at}
	compact := thrift.CompactProtocol{}
	for length := int64(256); ; length *= 64 { // statistics may make a header long
		length = min(length, end-at)
		raw := make([]byte, length)
		if _, err := f.ReadAt(raw, at); err != nil {
			return p, err
		}
		r := compact.NewReaderFromBytes(raw)
		p.header = parquetformat.PageHeader{}
		err := checkThrift(raw)
		if err == nil {
			err = thrift.NewDecoder(r).Decode(&p.header)
		}
		if err == nil {
			p.data = at + int64(r.BytesRead())
			break
		}
		if length == end-at || length > 1<<20 {
			return p, fmt.Errorf("the file is damaged: the header of a page cannot be read: %w",
				err)
		}
	}
	if n := p.header.UncompressedPageSize; n < 0 || n > maxPageBytes {
		return p, fmt.Errorf("a page would take %d bytes of memory; at most %d can be read", n,
			maxPageBytes)
	}
	if n := int64(p.header.CompressedPageSize); n < 0 || n > end-p.data {
		return p, fmt.Errorf("the file is damaged: a page of %d bytes goes beyond its column", n)
	}
	return p, nil
}

// checkSize returns an error if a page would take more bytes than its codec can make of its own.
func (p parquetPage) checkSize(codec parquetformat.CompressionCodec) error {
	stored, n := int64(p.header.CompressedPageSize), int64(p.header.UncompressedPageSize)
	if most := mostDecoded(codec, stored); n > most {
		return fmt.Errorf("the file is damaged: a page of %d bytes promises %d when "+
			"it is decoded; %v makes at most %d", stored, n, codec, most)
	}
	return nil
}

// mostDecoded returns the most bytes that a codec is taken to make of a page of n bytes.
func mostDecoded(codec parquetformat.CompressionCodec, n int64) int64 {
	switch codec {
	case parquetformat.Uncompressed:
		return n
	case parquetformat.Snappy: // a copy of 64 bytes takes 3
		return 22*n + 64
	case parquetformat.Lz4Raw, parquetformat.Lz4: // a byte of a length stands for 255 at most
		return 256*n + 64
	}
	// Gzip makes at most 1032 bytes of one. Zstandard and Brotli have no such limit, but writers
	// end a page after about a megabyte.
	return 1032*n + 16<<20
}

// takeValues returns how many of the values that are left in a column chunk follow a page. It
// returns an error if the page promises more than are left: the library allocates for what a
// header promises. Each value of a dictionary takes a byte at least.
func (p parquetPage) takeValues(left int64) (int64, error) {
	var values int64
	switch h := p.header; {
	case h.DictionaryPageHeader.Valid:
		n, most := h.DictionaryPageHeader.V.NumValues, h.UncompressedPageSize
		if n < 0 || n > most {
			return left, fmt.Errorf("the file is damaged: a dictionary of %d bytes promises %d "+
				"values", most, n)
		}
		return left, nil
	case h.DataPageHeader.Valid:
		values = int64(h.DataPageHeader.V.NumValues)
	case h.DataPageHeaderV2.Valid:
		values = int64(h.DataPageHeaderV2.V.NumValues)
	}
	if values < 0 || values > left {
		return left, fmt.Errorf("the file is damaged: a page promises %d values; its column has "+
			"%d more", values, left)
	}
	return left - values, nil
}

// checkParquetFooter returns an error if the footer of a file of size bytes does not lie in it, or
// promises more than it holds.
func checkParquetFooter(f *os.File, size int64) error {
	const ends = 12 // two magic words and a length
	tail := make([]byte, 8)
	if size < ends {
		return errors.New("the file is truncated, or not a Parquet file")
	}
	if _, err := f.ReadAt(tail, size-8); err != nil {
		return err
	}
	magic, length := string(tail[4:]), int64(binary.LittleEndian.Uint32(tail))
	if magic != "PAR1" && magic != "PARE" { // the library reports it
		return nil
	}
	if length > size-ends {
		return fmt.Errorf("the file is damaged: its footer would take %d of %d bytes", length, size)
	}
	footer := make([]byte, length)
	if _, err := f.ReadAt(footer, size-8-length); err != nil {
		return err
	}
	if err := checkThrift(footer); err != nil {
		return fmt.Errorf("the file is damaged: its footer promises more than its %d bytes hold",
			length)
	}
	return nil
}
