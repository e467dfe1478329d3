package tables

import (
	"errors"
	"fmt"
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
func parquetPages(f *os.File, size int64, c *parquetformat.ColumnMetaData) ([]parquetPage, error) {
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
	for at < end {
		p, err := parquetPageAt(f, at, end)
		if err != nil {
			return nil, err
		}
		pages = append(pages, p)
		at = p.data + int64(p.header.CompressedPageSize)
	}
	return pages, nil
}

// parquetPageAt reads the header of a page of a column that ends at end.
func parquetPageAt(f *os.File, at, end int64) (parquetPage, error) {
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
		err := thrift.NewDecoder(r).Decode(&p.header)
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

// checkParquetFooter returns an error if the footer of a file of size bytes does not lie in it.
func checkParquetFooter(f *os.File, size int64) error {
	const ends = 12 // two magic words and a length
	tail := make([]byte, 8)
	if size < ends {
		return errors.New("the file is truncated, or not a Parquet file")
	}
	if _, err := f.ReadAt(tail, size-8); err != nil {
		return err
	}
	length := int64(tail[0]) | int64(tail[1])<<8 | int64(tail[2])<<16 | int64(tail[3])<<24
	if string(tail[4:]) == "PAR1" && length > size-ends {
		return fmt.Errorf("the file is damaged: its footer would take %d of %d bytes", length, size)
	}
	return nil
}
