package tables

import (
	"bufio"
	"fmt"
)

// npyFormat is the format of a single NumPy array.
type npyFormat struct{}

func (npyFormat) name() string { return "npy" }

func (f npyFormat) open(p place, o ReadOptions) (openTable, error) {
	return openBinary(p, o, f.openPlain)
}

func (npyFormat) openPlain(p place, o ReadOptions) (openTable, error) {
	s, err := openArrayFile(p)
	if err != nil {
		return nil, err
	}
	a, err := newArray(s.Reader, s.size, o.Levels)
	if err != nil {
		s.Close()
		return nil, err
	}
	a.close = s.Close
	if s.size >= 0 {
		a.at = s.file
	}
	a.again = func() (*bufio.Reader, func() error, error) {
		s, err := openArrayFile(p)
		if err != nil {
			return nil, nil, err
		}
		return s.Reader, s.Close, nil
	}
	return a, nil
}

func (npyFormat) words(p place, as wording) ([]string, error) {
	s, err := openArrayFile(p)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return as.array(s.Reader, s.size)
}

func (npyFormat) arrays(place) ([]ArrayInfo, error) { return nil, nil }

// openArrayFile opens a file that holds one array, which has no name.
func openArrayFile(p place) (*byteStream, error) {
	if p.key != "" {
		return nil, fmt.Errorf("an .npy file holds a single array, so there is no %q in it", p.key)
	}
	return p.stream()
}

// array reads the words in an .npy file of size bytes, or of unknown size if size is negative.
func (as wording) array(r *bufio.Reader, size int64) ([]string, error) {
	h, err := readNPYHeader(r, size)
	if err != nil {
		return nil, err
	}
	if err := h.checkWords(size); err != nil {
		return nil, err
	}
	a := &array{header: h, n: h.shape[0], d: 1, r: r, size: size}
	words := make([]string, a.n)
	raw := make([]byte, h.itemSize)
	for i := range words {
		if err := a.fill(raw, i, h.itemSize); err != nil {
			return nil, err
		}
		if words[i], err = h.fields[0].dtype.word(raw, i, as); err != nil {
			return nil, err
		}
	}
	return words, a.checkEnd()
}

// checkWords returns an error if the array is not one of words. It makes a single row or column an
// array of one dimension.
func (h *npyHeader) checkWords(size int64) error {
	t := h.fields[0].dtype
	if h.record || t.kind == 'O' || (t.value == nil && t.kind != 'U' && t.kind != 'S') {
		return fmt.Errorf("the array is of type %s; want integers, booleans or strings (in "+
			"NumPy: a.astype('U'))", h.descr)
	}
	if len(h.shape) == 2 && min(h.shape[0], h.shape[1]) == 1 {
		h.shape = []int{max(h.shape[0], h.shape[1])}
	}
	if len(h.shape) != 1 || h.shape[0] < 1 {
		return fmt.Errorf("the array of labels has shape %v; want one dimension", h.shape)
	}
	if err := h.checkSize(size); err != nil {
		return err
	}
	if h.itemSize > maxWordBytes/h.shape[0] {
		return fmt.Errorf("%d labels of %d bytes are more than %s", h.shape[0], h.itemSize,
			bytesText(maxWordBytes))
	}
	return nil
}
