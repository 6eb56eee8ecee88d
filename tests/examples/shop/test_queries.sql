-- name: orders
-- question: Who ordered when?
SELECT c.name, o.placed_at FROM "Orders" o JOIN customers c ON c.shop_id = o.shop_id AND c.id = o.customer_id;
