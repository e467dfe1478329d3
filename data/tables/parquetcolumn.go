package tables

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
	parquetformat "github.com/parquet-go/parquet-go/format"
)

// parquetColumn is a leaf of the schema of a Parquet file.
type parquetColumn struct {
	name, stored string
	leaf         int
	list         bool
	// repeats and levels are the largest repetition level and the largest definition level.
	repeats, levels int
	// present is the definition level from which on a value, or an element of a list, exists. It
	// may still be null.
	present  int
	value    func(parquet.Value) float64   // nil if the values are not numbers
	instant  func(parquet.Value) time.Time // of a column of the kind Time
	narrow   bool                          // float32 represents every number of the type
	physical parquet.Kind
	kind     Kind
	integer  bool // 64-bit integers, which are labels with all their digits
	span     bool // durations or times of day, in days
	text     bool
	index    bool        // of a data frame
	words    *dictionary // of a column of the kind Category, once it is chosen for a table
}

// parquetColumns lists the columns of a file.
func parquetColumns(f *parquet.File) []parquetColumn {
	w := schemaWalk{half: map[int]bool{}}
	leaf := 0
	for i, e := range f.Metadata().Schema {
		if i == 0 || (e.NumChildren.Valid && e.NumChildren.V > 0) {
			continue
		}
		_, w.half[leaf] = e.LogicalType.Value.(*parquetformat.Float16Type)
		leaf++
	}
	for _, c := range f.Root().Columns() {
		w.walk(c, parquetNode{})
	}
	for i, c := range w.columns { // a list of records has several leaves of the same name
		for k := range w.columns {
			if i != k && c.name == w.columns[k].name {
				w.columns[i].value, w.columns[i].stored = nil, "list of records"
			}
		}
	}
	indexes := pandasIndexes(f)
	for i, c := range w.columns {
		w.columns[i].index = indexes[c.name] || pandasIndex.MatchString(c.name)
	}
	return w.columns
}

// pandasIndex matches the names that pandas gives to the columns of an index that has none.
var pandasIndex = regexp.MustCompile(`^__index_level_\d+__$`)

// pandasIndexes returns the columns that are the index of a data frame of pandas, which writes
// their names into the metadata of the file.
func pandasIndexes(f *parquet.File) map[string]bool {
	indexes := map[string]bool{}
	text, ok := f.Lookup("pandas")
	if !ok {
		return indexes
	}
	var pandas struct {
		IndexColumns []any `json:"index_columns"` // names, or descriptions of ranges
	}
	if json.Unmarshal([]byte(text), &pandas) != nil {
		return indexes
	}
	for _, index := range pandas.IndexColumns {
		if name, isName := index.(string); isName {
			indexes[name] = true
		}
	}
	return indexes
}

// schemaWalk collects the leaves of a schema.
type schemaWalk struct {
	half    map[int]bool // leaves of type float16, which the library does not expose
	columns []parquetColumn
}

// parquetNode is the parent of a node of a schema.
type parquetNode struct {
	name     string // dotted path from the root, empty for the root
	list     string // name of the innermost list that the node belongs to
	repeated int    // definition level of the elements of that list
}

// walk adds the leaves of a node.
func (w *schemaWalk) walk(c *parquet.Column, parent parquetNode) {
	node := parent
	node.name = strings.TrimPrefix(parent.name+"."+c.Name(), ".")
	if c.Repeated() {
		node.list, node.repeated = node.name, c.MaxDefinitionLevel()
		if parent.name != "" {
			node.list = parent.name
		}
	}
	if !c.Leaf() {
		for _, child := range c.Columns() {
			w.walk(child, node)
		}
		return
	}
	column := newParquetColumn(c, w.half[c.Index()])
	column.name = node.name
	if levels := c.MaxRepetitionLevel(); levels > 0 {
		column.list, column.name, column.text = true, node.list, false
		column.stored = "list of " + column.stored
		column.present = node.repeated
		if levels > 1 || c.MaxDefinitionLevel() > node.repeated+1 {
			column.value = nil
		}
	}
	w.columns = append(w.columns, column)
}

// newParquetColumn describes a leaf, which may be of type float16.
func newParquetColumn(c *parquet.Column, half bool) parquetColumn {
	column := parquetColumn{leaf: c.Index(), stored: c.Type().String(), physical: c.Type().Kind(),
		present: c.MaxDefinitionLevel(), repeats: c.MaxRepetitionLevel(),
		levels: c.MaxDefinitionLevel()}
	if half {
		column.stored = "FLOAT16"
	}
	column.setValue(c.Type().LogicalType(), half)
	return column
}

func parquetHalf(v parquet.Value) float64 {
	b := v.ByteArray()
	return halfFloat(uint16(b[0]) | uint16(b[1])<<8)
}

// parquetNumber returns the function that converts the values of a kind to numbers, or nil if they
// are not numbers.
func parquetNumber(kind parquet.Kind, signed bool) func(parquet.Value) float64 {
	switch {
	case kind == parquet.Boolean:
		return func(v parquet.Value) float64 {
			if v.Boolean() {
				return 1
			}
			return 0
		}
	case kind == parquet.Int32 && signed:
		return func(v parquet.Value) float64 { return float64(v.Int32()) }
	case kind == parquet.Int32:
		return func(v parquet.Value) float64 { return float64(v.Uint32()) }
	case kind == parquet.Int64 && signed:
		return func(v parquet.Value) float64 { return float64(v.Int64()) }
	case kind == parquet.Int64:
		return func(v parquet.Value) float64 { return float64(v.Uint64()) }
	case kind == parquet.Float:
		return func(v parquet.Value) float64 { return float64(v.Float()) }
	case kind == parquet.Double:
		return func(v parquet.Value) float64 { return v.Double() }
	}
	return nil
}
