package results

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strings"
	"time"
)

// decode decodes the JSON of a record. In contrast to encoding/json, it refuses keys that the
// record does not have, that differ from its own in case, that come twice, or that are missing, a
// null instead of a number, a text or an object, and text after the record.
func decode(text []byte, record any) error {
	if err := json.Unmarshal(text, record); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	return checkKeys(d, reflect.TypeOf(record).Elem(), "")
}

// decodeKnown decodes the JSON of a record that has a checksum. It refuses unknown keys.
func decodeKnown(text []byte, record any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(record); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("text follows the record")
	}
	return nil
}

// checkKeys compares the keys of the next value with a type. The path is that of the value within
// its record.
func checkKeys(d *json.Decoder, typ reflect.Type, path string) error {
	for typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	token, err := d.Token()
	if err != nil {
		return err
	}
	switch token {
	case nil:
		if k := typ.Kind(); k != reflect.Slice && k != reflect.Map {
			return fmt.Errorf("%s is null", named(path))
		}
	case json.Delim('['):
		for i := 0; d.More(); i++ {
			if err := checkKeys(d, typ.Elem(), fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		_, err = d.Token()
	case json.Delim('{'):
		return checkObject(d, typ, path)
	}
	return err
}

// checkObject is checkKeys for the rest of an object.
func checkObject(d *json.Decoder, typ reflect.Type, path string) error {
	own := map[string]recordKey{}
	if typ.Kind() == reflect.Struct {
		own = keysOf(typ)
	}
	seen := map[string]bool{}
	for d.More() {
		token, err := d.Token()
		if err != nil {
			return err
		}
		key := token.(string) // of an object
		inner := path + "." + key
		k, known := own[key]
		switch {
		case seen[key]:
			return fmt.Errorf("%s comes twice", named(inner))
		case typ.Kind() == reflect.Map:
			k.typ = typ.Elem()
		case !known:
			return fmt.Errorf("it has an unknown key, %s", named(inner))
		}
		seen[key] = true
		if err := checkKeys(d, k.typ, inner); err != nil {
			return err
		}
	}
	for key, k := range own {
		if k.required && !seen[key] {
			return fmt.Errorf("%s is missing", named(path+"."+key))
		}
	}
	_, err := d.Token()
	return err
}

// named returns the path of a value for a message.
func named(path string) string {
	if path == "" {
		return "the record"
	}
	return strings.TrimPrefix(path, ".")
}

// recordKey is a key of a record.
type recordKey struct {
	typ      reflect.Type
	required bool
}

// keysOf returns the keys of a record.
func keysOf(typ reflect.Type) map[string]recordKey {
	keys := map[string]recordKey{}
	if typ == reflect.TypeFor[time.Time]() { // a text in JSON
		return keys
	}
	for i := range typ.NumField() {
		field := typ.Field(i)
		name, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		keys[name] = recordKey{field.Type, options != "omitempty"}
	}
	return keys
}
