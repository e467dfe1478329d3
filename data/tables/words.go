package tables

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxWordBytes limits the memory that an array of labels or texts may take.
const maxWordBytes = 1 << 30

// ReadLabels reads one label for each row of a table: a column of strings, integers or booleans,
// or a one-dimensional array of these. Numbers and booleans become text: "-3", "true".
// Floating-point numbers must be integers; 2.0 becomes "2". In a .csv or .tsv file, others are
// taken as they are written, as in the version 1.8. If a .csv, .tsv or .parquet file has several
// columns, the address must name one.
//
// The errors name the address. They are a [*MissingFileError] if there is no such file and a
// [*ColumnError] if the column cannot be read. A label that is empty or missing is an error.
func ReadLabels(address string, d Dialect) ([]string, error) {
	return asLabels.read("labels", address, d)
}

// ReadTexts reads one text for each row of a table, as [ReadLabels] reads labels, except that a
// text may be empty or missing, and that a number need not be an integer.
func ReadTexts(address string, d Dialect) ([]string, error) {
	return asTexts.read("texts", address, d)
}

// ReadBlocks reads the name of the block of each row of a table, as [ReadLabels] reads labels.
func ReadBlocks(address string, d Dialect) ([]string, error) {
	return asBlocks.read("blocks", address, d)
}

// ReadIDs reads one id for each row of a table, as [ReadLabels] reads labels.
func ReadIDs(address string, d Dialect) ([]string, error) {
	return asIDs.read("ids", address, d)
}

// wording is what the words of rows may be.
type wording int

const (
	asLabels wording = iota // not empty, and no numbers with a fractional part
	asBlocks                // the same
	asIDs                   // the same
	asTexts                 // anything that is text
)

// singular is what a message calls a word that may not be empty.
func (as wording) singular() string {
	switch as {
	case asBlocks:
		return "block"
	case asIDs:
		return "id"
	}
	return "label"
}

func (as wording) read(what, address string, d Dialect) ([]string, error) {
	p, err := locate(address, DefaultMaxBytes)
	p.dialect = d
	var words []string
	if err == nil {
		words, err = p.format.words(p, as)
	}
	if err == nil && len(words) == 0 {
		err = errNoRows
	}
	if err != nil {
		return nil, fmt.Errorf("data: reading %s from %s: %w", what, address, err)
	}
	return words, nil
}

// number returns the word for a number.
func (as wording) number(v float64, row int) (string, error) {
	switch {
	case as == asTexts && math.IsNaN(v): // missing
		return "", nil
	case as == asTexts && math.Abs(v) >= 1e-6 && math.Abs(v) < 1e21: // as a person would write it
		return strconv.FormatFloat(v, 'f', -1, 64), nil
	case as == asTexts:
		return strconv.FormatFloat(v, 'g', -1, 64), nil
	case v != math.Trunc(v) || !isFinite(v):
		return "", fmt.Errorf("row %d (counted from 0) is %v, not a whole number", row, v)
	case math.Abs(v) > 1<<53:
		return "", fmt.Errorf("row %d (counted from 0) is %v, too large to be distinguished from "+
			"its neighbors", row, v)
	}
	return strconv.FormatFloat(v+0, 'f', -1, 64), nil
}

// text returns a word that is text, or an error if it is none that is allowed.
func (as wording) text(text string, row int) (string, error) {
	if text == "" && as != asTexts {
		return "", fmt.Errorf("row %d (counted from 0) has no %s", row, as.singular())
	}
	if !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
		return "", fmt.Errorf("row %d (counted from 0) is %.40q, not text", row, text)
	}
	return text, nil
}

// pickWords returns the index of the column of the key, or of the only column.
func pickWords(f format, key string, columns []string) (int, error) {
	switch j := slices.Index(columns, key); {
	case key == "" && len(columns) == 0:
		return 0, errors.New("the file has no columns")
	case key == "" && len(columns) > 1:
		return 0, severalColumns(f, columns)
	case key == "":
		return 0, nil
	case j < 0:
		return 0, unknownColumn(key, columns)
	default:
		return j, nil
	}
}
