package tables

import (
	"errors"
	"fmt"
	"math"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"sparker/internal/hdf5"
)

// pandasError reports a data frame of pandas in a form that is not read.
func pandasError(at, form string) error {
	return fmt.Errorf("%s is a pandas table in %s, which cannot be read here; write it with "+
		"DataFrame.to_parquet, or with to_hdf(..., format='fixed') and names that are strings", at,
		form)
}

// addFrame adds a data frame of pandas. form is the attribute pandas_type of its group.
func (t *hdf5Table) addFrame(g hdf5.Folder, form string) error {
	switch form {
	case "frame":
		return t.addFixedFrame(g, "")
	case "frame_table":
		d, ok := t.file.dataset(path.Join(g.Path, "table"))
		if !ok {
			return fmt.Errorf("%s is a pandas table without its dataset %q", g.Path, "table")
		}
		return t.addTableFrame(g, d)
	}
	return pandasError(g.Path, fmt.Sprintf("the format %q", form))
}

var pandasBlock = regexp.MustCompile(`^block\d+_values$`)

// addFramePart adds a dataset of a data frame of pandas that holds values, with the names of its
// columns. It reports whether the dataset is one.
func (t *hdf5Table) addFramePart(g hdf5.Folder, d hdf5.Dataset) (bool, error) {
	form, ok := g.Attribute("pandas_type")
	name := path.Base(d.Path)
	switch {
	case !ok:
		return false, nil
	case pandasBlock.MatchString(name):
		return true, t.addFixedFrame(g, name)
	case name == "table" && strings.HasSuffix(form.Text(), "_table"):
		return true, t.addFrame(g, form.Text())
	}
	return false, nil
}

// addFixedFrame adds the blocks of a data frame in pandas' format "fixed", or the only one of a
// name.
func (t *hdf5Table) addFixedFrame(g hdf5.Folder, only string) error {
	if err := t.addBlocks(g, only); err != nil {
		return fmt.Errorf("pandas table %s in the format \"fixed\": %w", g.Path, err)
	}
	return nil
}

// addBlocks adds the blocks of a data frame. A block has the values of some columns, and another
// dataset has their names.
func (t *hdf5Table) addBlocks(g hdf5.Folder, only string) error {
	for _, a := range g.Attributes {
		if strings.HasSuffix(a.Name, "_variety") && !strings.HasPrefix(a.Name, "axis1") &&
			a.Text() != "regular" {
			return fmt.Errorf("the names of its columns are of the kind %q, which cannot be read "+
				"here", a.Text())
		}
	}
	t.named = true
	for _, d := range t.file.members(g.Path) {
		name := path.Base(d.Path)
		if !pandasBlock.MatchString(name) || only != "" && name != only {
			continue
		}
		items, err := t.items(path.Join(g.Path, strings.TrimSuffix(name, "values")+"items"))
		if err != nil {
			return err
		}
		if err := t.addBlock(d, items); err != nil {
			return err
		}
	}
	order, err := t.items(path.Join(g.Path, "axis0"))
	if err != nil {
		return err
	}
	for _, c := range t.columns {
		if !slices.Contains(order, c.name) {
			return fmt.Errorf("axis0 does not name the column %q", c.name)
		}
	}
	slices.SortStableFunc(t.columns, func(a, b hdf5Column) int {
		return slices.Index(order, a.name) - slices.Index(order, b.name)
	})
	return t.checkNames()
}

// items reads a dataset of names.
func (t *hdf5Table) items(at string) ([]string, error) {
	d, ok := t.file.dataset(at)
	if !ok {
		return nil, fmt.Errorf("there is no dataset %s", at)
	}
	if d.Type.Class == hdf5.VariableLength && !d.Type.Text {
		return nil, errors.New("the names of its columns are pickled, which cannot be read here; " +
			"give it names that are strings")
	}
	return t.file.wordsOf(d, d.Type, 0, asTexts)
}

// addBlock adds the values of columns of one type.
func (t *hdf5Table) addBlock(d hdf5.Dataset, names []string) error {
	if d.Err != nil {
		return hdf5Error(d, d.Err)
	}
	kind, _ := d.Attribute("value_type")
	if d.Type.Class == hdf5.VariableLength {
		for _, name := range names {
			t.others = append(t.others, name+" (Python objects)")
		}
		return nil
	}
	transposed, ok := d.Attribute("transposed")
	if v, isNumber := transposed.Number(); ok && (!isNumber || v != 1) || len(d.Shape) != 2 ||
		d.Shape[1] != len(names) {
		return fmt.Errorf("%s has the shape %v, which does not fit its %d columns", d.Path, d.Shape,
			len(names))
	}
	if err := t.addSet(d); err != nil {
		return err
	}
	for j, name := range names {
		first := len(t.columns)
		t.addField(name, j*d.Type.Size, d.Type)
		t.setPandasType(first, d.Type, kind.Text())
	}
	return nil
}

// addTableFrame adds a data frame in pandas' format "table": records, whose attributes have the
// names of the columns of each field.
func (t *hdf5Table) addTableFrame(g hdf5.Folder, d hdf5.Dataset) error {
	if d.Err != nil {
		return hdf5Error(d, d.Err)
	}
	if d.Type.Class != hdf5.Compound || len(d.Shape) != 1 {
		return pandasError(g.Path, "the format \"table\" without records")
	}
	t.named = true
	if err := t.addSet(d); err != nil {
		return err
	}
	missing := "nan"
	if a, ok := g.Attribute("nan_rep"); ok && a.Text() != "" {
		missing = a.Text()
	}
	indexes, _ := g.Attribute("index_cols")
	for _, f := range d.Type.Fields {
		first := len(t.columns)
		if f.Name == "index" || strings.Contains(indexes.Text(), "\nV"+f.Name+"\n") {
			t.addField(f.Name, f.Offset, f.Type)
			for i := first; i < len(t.columns); i++ {
				t.columns[i].index = true
			}
		} else if err := t.addTableField(d, f); err != nil {
			return pandasError(g.Path, fmt.Sprintf("the format \"table\" (%v)", err))
		}
		for i := first; i < len(t.columns); i++ {
			t.columns[i].missing = missing
		}
	}
	return t.checkNames()
}

// addTableField adds the columns of a field of the format "table".
func (t *hdf5Table) addTableField(d hdf5.Dataset, f hdf5.Field) error {
	kind, ok := d.Attribute(f.Name + "_kind")
	if !ok {
		return fmt.Errorf("the field %s has no names of columns", f.Name)
	}
	names, err := pickledNames(kind.Text())
	if err != nil {
		return fmt.Errorf("the names of the columns of the field %s are %w", f.Name, err)
	}
	typ, width := f.Type, 1
	if typ.Class == hdf5.Array {
		if len(typ.Shape) != 1 {
			return fmt.Errorf("the field %s has the shape %v", f.Name, typ.Shape)
		}
		typ, width = *typ.Base, typ.Shape[0]
	}
	if len(names) != width {
		return fmt.Errorf("the field %s has %d names of columns and %d values", f.Name, len(names),
			width)
	}
	dtype, _ := d.Attribute(f.Name + "_dtype")
	meta, _ := d.Attribute(f.Name + "_meta")
	for j, name := range names {
		if strings.Contains(meta.Text(), "category") {
			t.others = append(t.others, name+" (pandas category)")
			continue
		}
		first := len(t.columns)
		t.addField(name, f.Offset+j*typ.Size, typ)
		t.setPandasType(first, typ, dtype.Text())
	}
	return nil
}

// setPandasType makes the columns from number first on times or durations if pandas says so.
func (t *hdf5Table) setPandasType(first int, typ hdf5.Type, dtype string) {
	name, unit, _ := strings.Cut(dtype, "[")
	unit, _, _ = strings.Cut(unit, "]")
	unit, _, _ = strings.Cut(unit, ",") // a time zone follows: the values are in UTC
	if unit == "" {
		unit = "ns"
	}
	perSecond, known := map[string]int64{"s": 1, "ms": 1e3, "us": 1e6, "ns": 1e9}[unit]
	if !known || typ.Class != hdf5.Integer || typ.Size != 8 ||
		name != "datetime64" && name != "timedelta64" {
		return
	}
	for i := first; i < len(t.columns); i++ {
		c := &t.columns[i]
		c.stored = dtype
		if name == "datetime64" {
			c.kind = Time
		}
		c.span = name == "timedelta64"
		c.number = func(raw []byte) float64 { return unitDays(typ.Int64(raw), perSecond) }
	}
}

// unitDays returns a count of parts of a second in days, or NaN for NumPy's missing time.
func unitDays(count, perSecond int64) float64 {
	if count == math.MinInt64 {
		return math.NaN()
	}
	seconds, rest := count/perSecond, count%perSecond
	if rest < 0 {
		seconds, rest = seconds-1, rest+perSecond
	}
	return daysOf(time.Unix(seconds, rest*(1e9/perSecond)))
}
