package tables

import (
	"errors"
	"fmt"
	"os"
	"path"
	"slices"
	"strings"

	"sparker/internal/hdf5"
)

// hdf5Format is the HDF5 format. The key of an address is the path of a dataset, or that of a group
// whose datasets are the columns of a table.
type hdf5Format struct{}

func (hdf5Format) name() string { return "hdf5" }

func (f hdf5Format) open(p place, o ReadOptions) (openTable, error) {
	return openBinary(p, o, f.openPlain)
}

func (hdf5Format) openPlain(p place, o ReadOptions) (openTable, error) {
	file, err := openHDF5(p)
	if err != nil {
		return nil, err
	}
	t, err := file.table(p.key, o)
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return t, nil
}

func (hdf5Format) arrays(p place) ([]ArrayInfo, error) {
	file, err := openHDF5(p)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var arrays []ArrayInfo
	for _, d := range file.tree.Datasets {
		arrays = append(arrays, hdf5Info(d))
	}
	return arrays, nil
}

// hdf5Info describes a dataset.
func hdf5Info(d hdf5.Dataset) ArrayInfo {
	if d.Err != nil || d.Shape == nil {
		return ArrayInfo{Name: d.Path}
	}
	return ArrayInfo{Name: d.Path, Shape: d.Shape, Stored: d.Type.Describe()}
}

// hdf5File is an open HDF5 file and what it holds.
type hdf5File struct {
	*os.File
	f    *hdf5.File
	tree *hdf5.Tree
}

// openHDF5 opens a file and lists its groups and datasets.
func openHDF5(p place) (*hdf5File, error) {
	file, err := os.Open(p.path)
	if err != nil {
		return nil, err
	}
	h := &hdf5File{File: file}
	if h.f, err = hdf5.Open(file, p.size); err == nil {
		h.tree, err = h.f.Tree()
	}
	if err != nil {
		file.Close()
		return nil, hdf5Help(err)
	}
	return h, nil
}

// hdf5Help adds what may help to the error for a part of the format that is not read.
func hdf5Help(err error) error {
	var filter *hdf5.FilterError
	switch {
	case err == nil, hdf5.IsDamage(err):
		return err
	case errors.As(err, &filter):
		return fmt.Errorf("%w; h5repack -f GZIP=4 writes a copy that can be read", err)
	}
	return fmt.Errorf("%w; h5repack, or numpy.savez of the array, may help", err)
}

// hdf5Error adds the name of a dataset to an error.
func hdf5Error(d hdf5.Dataset, err error) error {
	return fmt.Errorf("dataset %s: %w", d.Path, hdf5Help(err))
}

// table returns the table of a key.
func (h *hdf5File) table(key string, o ReadOptions) (*hdf5Table, error) {
	t := &hdf5Table{file: h, levels: o.Levels}
	at := "/" + strings.Trim(key, "/")
	if key == "" {
		if len(h.tree.Datasets) == 0 {
			return nil, errors.New("the file holds no datasets")
		}
		if at = h.onlyTable(); at == "" {
			return nil, h.several()
		}
	}
	if d, ok := h.dataset(at); ok {
		return t, t.addDataset(d)
	}
	g, ok := h.group(at)
	if !ok {
		return nil, h.notFound(key)
	}
	if frame, isFrame := g.Attribute("pandas_type"); isFrame {
		return t, t.addFrame(g, frame.Text())
	}
	members := h.members(at)
	if wrong := notColumns(members); wrong != nil || len(members) == 0 {
		if key == "" {
			return nil, h.several()
		}
		return nil, fmt.Errorf("the datasets of %s are not the columns of a table: %w", at, wrong)
	}
	return t, t.addColumns(members)
}

// onlyTable returns the path of the only dataset, of the only group that is a data frame of pandas
// and has all datasets below it, or of the only group that has datasets, and otherwise "".
func (h *hdf5File) onlyTable() string {
	sets := h.tree.Datasets
	if len(sets) == 1 {
		return sets[0].Path
	}
	for _, g := range h.tree.Groups {
		outside := func(d hdf5.Dataset) bool {
			return !strings.HasPrefix(d.Path, strings.TrimSuffix(g.Path, "/")+"/")
		}
		_, isFrame := g.Attribute("pandas_type")
		if isFrame && !slices.ContainsFunc(sets, outside) {
			return g.Path
		}
	}
	folder := path.Dir(sets[0].Path)
	for _, d := range sets {
		if path.Dir(d.Path) != folder {
			return ""
		}
	}
	return folder
}

func (h *hdf5File) dataset(at string) (hdf5.Dataset, bool) {
	for _, d := range h.tree.Datasets {
		if d.Path == at {
			return d, true
		}
	}
	return hdf5.Dataset{}, false
}

func (h *hdf5File) group(at string) (hdf5.Folder, bool) {
	for _, g := range h.tree.Groups {
		if g.Path == at {
			return g, true
		}
	}
	return hdf5.Folder{}, false
}

// members returns the datasets of a group.
func (h *hdf5File) members(group string) []hdf5.Dataset {
	var members []hdf5.Dataset
	for _, d := range h.tree.Datasets {
		if path.Dir(d.Path) == group {
			members = append(members, d)
		}
	}
	return members
}

// notColumns returns why datasets are not the columns of a table: they must have one dimension, and
// the same length. Single values do not count.
func notColumns(sets []hdf5.Dataset) error {
	infos := make([]ArrayInfo, len(sets))
	for i, d := range sets {
		infos[i] = hdf5Info(d)
		infos[i].Name = path.Base(d.Path)
	}
	return notOneTable(infos)
}

// several returns the error for an address that does not say which of the datasets it means.
func (h *hdf5File) several() error {
	var infos []ArrayInfo
	for _, d := range h.tree.Datasets {
		infos = append(infos, hdf5Info(d))
	}
	var groups []string
	for _, g := range h.tree.Groups {
		_, isFrame := g.Attribute("pandas_type")
		members := h.members(g.Path)
		if isFrame || len(members) > 1 && g.Path != "/" && notColumns(members) == nil {
			groups = append(groups, g.Path)
		}
	}
	return &severalArrays{what: "datasets", suffix: ".h5", arrays: infos, groups: groups}
}

// notFound returns the error for a key that names nothing.
func (h *hdf5File) notFound(key string) error {
	var names []string
	for _, d := range h.tree.Datasets {
		names = append(names, d.Path+" "+hdf5Info(d).describe())
	}
	return fmt.Errorf("the file holds no dataset %q; its datasets are %s", key, listed(names))
}
