package tables

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"sparker/internal/hdf5"
)

func (hdf5Format) words(p place, as wording) ([]string, error) {
	h, err := openHDF5(p)
	if err != nil {
		return nil, err
	}
	defer h.Close()
	at := "/" + strings.Trim(p.key, "/")
	if p.key == "" {
		if len(h.tree.Datasets) != 1 {
			return nil, h.several()
		}
		at = h.tree.Datasets[0].Path
	}
	if d, ok := h.dataset(at); ok {
		return h.wordsOf(d, d.Type, 0, as)
	}
	if d, ok := h.dataset(path.Dir(at)); ok { // a field of records
		for _, f := range d.Type.Fields {
			if f.Name == path.Base(at) {
				return h.wordsOf(d, f.Type, f.Offset, as)
			}
		}
	}
	return nil, h.notFound(p.key)
}

// wordsOf reads the words of a dataset. Its elements, or a field of them, are of a type.
func (h *hdf5File) wordsOf(d hdf5.Dataset, typ hdf5.Type, offset int,
	as wording) ([]string, error) {
	if d.Err != nil {
		return nil, hdf5Error(d, d.Err)
	}
	n := 1
	if len(d.Shape) == 2 {
		n = d.Shape[1] // a single row or a single column
	}
	if len(d.Shape) < 1 || len(d.Shape) > 2 || len(d.Shape) == 2 && min(d.Shape[0], n) != 1 {
		return nil, fmt.Errorf("dataset %s has shape %v; want one dimension", d.Path, d.Shape)
	}
	element := h.element(typ)
	if element.word == nil && element.number == nil {
		return nil, fmt.Errorf("dataset %s is of type %s; want integers, booleans or strings",
			d.Path, typ.Describe())
	}
	r, err := newHDF5Rows(d)
	if err != nil {
		return nil, err
	}
	var words []string
	total := 0
	for range d.Shape[0] {
		if err := r.next(); err != nil {
			return nil, err
		}
		for i := range n {
			raw := r.row[i*d.Type.Size+offset:]
			text, err := element.text(raw, as, len(words))
			if err != nil {
				return nil, err
			}
			if total += len(text); total > maxWordBytes {
				return nil, fmt.Errorf("the words of dataset %s take more than %s", d.Path,
					bytesText(maxWordBytes))
			}
			words = append(words, text)
		}
	}
	return words, nil
}

// hdf5Element is how the elements of a type become words: from words, or from numbers.
type hdf5Element struct {
	word   func(raw []byte) ([]byte, error)
	number func(raw []byte) float64
	truth  bool
}

func (h *hdf5File) element(typ hdf5.Type) hdf5Element {
	return hdf5Element{h.f.Word(typ), typ.Number(), typ.IsTruth()}
}

// text returns the word of an element of a row.
func (e hdf5Element) text(raw []byte, as wording, row int) (string, error) {
	switch {
	case e.word == nil && e.truth:
		return strconv.FormatBool(e.number(raw) != 0), nil
	case e.word == nil:
		return as.number(e.number(raw), row)
	}
	text, err := e.word(raw)
	if err != nil {
		return "", hdf5Help(err)
	}
	return as.text(string(text), row)
}
