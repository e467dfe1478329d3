package tables

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/scigolib/hdf5"
)

// hdf5Format is the HDF5 format. The key of an address is the path of a dataset.
type hdf5Format struct{}

func (hdf5Format) name() string { return "hdf5" }

func (hdf5Format) open(p place, o ReadOptions) (table openTable, err error) {
	err = guarded(func() error {
		file, sets, err := hdf5Sets(p)
		if err != nil {
			return err
		}
		set, err := findSet(sets, p.key)
		if err != nil {
			return errors.Join(err, file.Close())
		}
		t, err := newHDF5Table(set, p.size)
		if err != nil {
			return errors.Join(err, file.Close())
		}
		t.file = file
		table = t
		return nil
	})
	return table, err
}

func (hdf5Format) arrays(p place) (arrays []ArrayInfo, err error) {
	err = guarded(func() error {
		file, sets, err := hdf5Sets(p)
		if err != nil {
			return err
		}
		for _, s := range sets {
			arrays = append(arrays, s.info)
		}
		return file.Close()
	})
	return arrays, err
}

// hdf5Hint follows the errors of the library, which does not read every HDF5 file.
const hdf5Hint = "the file is damaged, or uses a part of the HDF5 format that cannot be read " +
	"here; h5repack, or numpy.savez of the array, may help"

// hdf5Set is a dataset and how its file describes it.
type hdf5Set struct {
	info   ArrayInfo
	set    *hdf5.Dataset
	layout string
	size   int   // bytes of an element
	wrong  error // why the description cannot be read
}

// wrap adds the name of the dataset and a hint to an error of the library.
func (s hdf5Set) wrap(err error) error {
	return fmt.Errorf("dataset %s: %w (%s)", s.info.Name, err, hdf5Hint)
}

// hdf5Sets opens a file and lists its datasets.
func hdf5Sets(p place) (*hdf5.File, []hdf5Set, error) {
	if err := checkHeaps(p); err != nil {
		return nil, nil, err
	}
	file, err := hdf5.Open(p.path)
	if err != nil {
		return nil, nil, fmt.Errorf("%w (%s)", err, hdf5Hint)
	}
	var sets []hdf5Set
	file.Walk(func(path string, o hdf5.Object) {
		if set, ok := o.(*hdf5.Dataset); ok {
			sets = append(sets, newHDF5Set(path, set))
		}
	})
	return file, sets, nil
}

// hdf5Info matches the text with which the library describes a dataset.
var hdf5Info = regexp.MustCompile(
	`^Dataset: (\S+) \(size=(\d+) bytes\), (scalar|null|\d+D array \[([0-9 x]*)\]), (\w+)`)

func newHDF5Set(path string, set *hdf5.Dataset) hdf5Set {
	s := hdf5Set{info: ArrayInfo{Name: path}, set: set}
	text, err := set.Info()
	if err != nil {
		s.wrong = err
		return s
	}
	parts := hdf5Info.FindStringSubmatch(text)
	if parts == nil {
		s.wrong = fmt.Errorf("it is described as %q", text)
		return s
	}
	if s.size, err = strconv.Atoi(parts[2]); err != nil {
		s.wrong = err
	}
	s.info.Stored = hdf5Type(parts[1], s.size)
	s.layout = parts[5]
	s.info.Shape = []int{}
	for _, length := range strings.Fields(strings.ReplaceAll(parts[4], "x", " ")) {
		n, err := strconv.Atoi(length)
		if err != nil {
			s.wrong = err
		}
		s.info.Shape = append(s.info.Shape, n)
	}
	return s
}

// hdf5Type returns the name of a type of a class and a number of bytes.
func hdf5Type(class string, size int) string {
	switch class {
	case "float", "integer":
		return fmt.Sprintf("%s of %d bytes", class, size)
	case "class_8":
		return "enumeration"
	case "class_9":
		return hdf5VariableLength
	}
	return strings.Replace(class, "class_", "class ", 1)
}

// The types of datasets of strings.
const (
	hdf5String         = "string"
	hdf5VariableLength = "variable length"
)

// findSet returns the dataset of the key, or the only one.
func findSet(sets []hdf5Set, key string) (hdf5Set, error) {
	if len(sets) == 0 {
		return hdf5Set{}, errors.New("the file holds no datasets")
	}
	if key == "" && len(sets) == 1 {
		return sets[0], nil
	}
	var names []string
	for _, s := range sets {
		if key != "" && strings.Trim(s.info.Name, "/") == strings.Trim(key, "/") {
			return s, nil
		}
		names = append(names, s.info.Name+" "+s.info.describe())
	}
	if key == "" {
		return hdf5Set{}, fmt.Errorf("the file holds several datasets; say which, as in "+
			"FILE.h5:%s. They are %s", sets[0].info.Name, listed(names))
	}
	return hdf5Set{}, fmt.Errorf("the file holds no dataset %q; its datasets are %s", key,
		listed(names))
}
