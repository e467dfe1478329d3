package tables

import (
	"fmt"
	"strings"
)

func (hdf5Format) words(p place, as wording) (words []string, err error) {
	err = guarded(func() error {
		file, sets, err := hdf5Sets(p)
		if err != nil {
			return err
		}
		defer file.Close()
		set, err := findSet(sets, p.key)
		if err != nil {
			return err
		}
		words, err = set.words(p.size, as)
		return err
	})
	return words, err
}

// words reads the words of a dataset in a file of size bytes.
func (s hdf5Set) words(size int64, as wording) ([]string, error) {
	n, err := s.checkWords(size)
	if err != nil {
		return nil, err
	}
	if s.layout == "chunked" {
		if err := s.checkChunks(); err != nil {
			return nil, s.wrap(err)
		}
	}
	var texts []string
	switch s.info.Stored {
	case hdf5String:
		texts, err = s.set.ReadStrings()
	case hdf5VariableLength:
		var raw [][]byte
		raw, err = s.set.ReadVLenBytes()
		for _, text := range raw {
			texts = append(texts, strings.TrimRight(string(text), "\x00"))
		}
	default:
		return s.numbersAsWords(n, size, as)
	}
	if err != nil {
		return nil, s.wrap(err)
	}
	for i, text := range texts {
		if _, err := as.text(text, i); err != nil {
			return nil, err
		}
	}
	if len(texts) != n {
		return nil, fmt.Errorf("dataset %s: the library returned %d labels instead of %d",
			s.info.Name, len(texts), n)
	}
	return texts, nil
}

// checkWords returns the number of words of a dataset in a file of size bytes. It returns an error
// if the dataset has several columns, or more words than the file holds or than may be read.
func (s hdf5Set) checkWords(size int64) (int, error) {
	name, shape := s.info.Name, s.info.Shape
	wrongShape := fmt.Errorf("dataset %s has shape %v; want one dimension", name, shape)
	n := 1
	for _, length := range shape {
		if length < 0 || length > maxWordBytes/max(n, 1) {
			return 0, wrongShape
		}
		n *= length
	}
	oneColumn := len(shape) == 1 || len(shape) == 2 && min(shape[0], shape[1]) == 1
	switch {
	case s.wrong != nil:
		return 0, s.wrap(s.wrong)
	case !oneColumn, n < 1:
		return 0, wrongShape
	case s.layout != "chunked" && int64(n) > size/int64(max(s.size, 1)):
		return 0, fmt.Errorf(
			"the file is truncated: dataset %s has %d labels, more than it holds", name, n)
	case s.size > maxWordBytes/n:
		return 0, fmt.Errorf("%d labels of %d bytes are more than %s", n, s.size,
			bytesText(maxWordBytes))
	}
	return n, nil
}

// numbersAsWords reads n numbers as words.
func (s hdf5Set) numbersAsWords(n int, size int64, as wording) ([]string, error) {
	t, err := newHDF5Table(s, size)
	if err != nil {
		return nil, err
	}
	t.n, t.d = n, 1 // a row is read like a column
	if len(s.info.Shape) == 2 {
		t.whole = true
	}
	words := make([]string, 0, n)
	err = t.rows([]int{0}, func(row []float64) error {
		word, err := as.number(row[0], len(words))
		words = append(words, word)
		return err
	})
	return words, err
}
